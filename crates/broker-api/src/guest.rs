//! Accounts on the guests' server.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    /// Matrix id.
    pub user: String,
    /// Name that others see.
    pub display_name: Option<String>,
    /// Whether the account was made with a token for staff.
    pub staff: bool,
    /// Short name of the token; none for an account that was made otherwise.
    pub token: Option<String>,
    /// Who issued that token.
    pub issuer: Option<String>,
    /// When the account was made with it.
    pub joined: Option<Timestamp>,
    /// Stopped for a while.
    pub locked: bool,
    /// Ended.
    pub deactivated: bool,
}

/// All accounts but the server's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guests {
    /// By Matrix id.
    pub guests: Vec<Guest>,
}

/// Shows one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Show {
    /// Matrix id, or the part before the colon.
    pub user: String,
}

/// An account, its rooms and its sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// The account.
    pub guest: Guest,
    /// Rooms that it is in.
    pub rooms: Vec<String>,
    /// How many devices are logged in.
    pub sessions: u32,
}

/// An order about one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Matrix id of who asked.
    pub by: String,
    /// Matrix id, or the part before the colon.
    pub user: String,
}

/// An account that was ended. All of it was looked at again afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deactivated {
    /// Matrix id.
    pub user: String,
    /// Sessions that ended.
    pub sessions: u32,
    /// Rooms that were left.
    pub rooms: u32,
}

/// Brings an account back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reactivate {
    /// Matrix id of who asked.
    pub by: String,
    /// Matrix id, or the part before the colon.
    pub user: String,
    /// How long the link is good for, in seconds.
    pub ttl_seconds: u64,
}

/// A link that sets a password once. The account stays as it is until then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordLink {
    /// Matrix id.
    pub user: String,
    /// Address of the page with the link's secret in it. Secret.
    pub url: String,
    /// When it ends.
    pub expires: Timestamp,
}

/// A password link that is still good for something, without its secret. There is at most one for an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenLink {
    /// Whose password it sets.
    pub user: String,
    /// Who issued it.
    pub issuer: String,
    /// When it ends.
    pub expires: Timestamp,
}
