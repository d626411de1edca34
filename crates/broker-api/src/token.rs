//! Registration tokens. A token itself is in no list and no ledger: people and programs speak of its id.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::guest::OpenLink;

/// Issues a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// Matrix id of who asked.
    pub by: String,
    /// Room in which it was asked.
    pub room: String,
    /// For whom.
    pub recipient: Option<String>,
    /// For how long, in seconds.
    pub ttl_seconds: u64,
    /// For how many accounts.
    pub uses: u32,
    /// Why.
    pub note: Option<String>,
    /// Whether it is for staff.
    pub staff: bool,
    /// The same key gives the same token: an order that arrives twice is carried out once.
    pub key: String,
}

/// A token that was issued. The only answer that holds what must stay secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// Short name.
    pub id: String,
    /// Address of the page with the token in it. Secret.
    pub url: String,
    /// SHA-256 of the token, hexadecimal, for ledgers.
    pub hash: String,
    /// When it ends.
    pub expires: Timestamp,
    /// For how many accounts.
    pub uses: u32,
}

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// An account can be made.
    Valid,
    /// The last use is being redeemed.
    Busy,
    /// Every account was made.
    Used,
    /// Its time is over.
    Expired,
    /// Somebody ended it.
    Revoked,
    /// Nobody issued it.
    Unknown,
}

/// An account that was made with a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redeemed {
    /// Matrix id.
    pub user: String,
    /// When.
    pub time: Timestamp,
}

/// Who ended a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// Matrix id.
    pub by: String,
    /// When.
    pub time: Timestamp,
}

/// Everything that is known of a token, but not the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Short name.
    pub id: String,
    /// SHA-256 of the token, hexadecimal.
    pub hash: String,
    /// Who issued it.
    pub issuer: String,
    /// Room in which it was asked for.
    pub room: String,
    /// For whom.
    pub recipient: Option<String>,
    /// Why.
    pub note: Option<String>,
    /// Whether it is for staff.
    pub staff: bool,
    /// When it was issued.
    pub issued: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
    /// For how many accounts.
    pub uses: u32,
    /// Accounts that were made.
    pub redeemed: Vec<Redeemed>,
    /// Who ended it.
    pub revoked: Option<Revoked>,
    /// What it is good for now.
    pub state: State,
}

/// Lists tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Also those that are good for nothing any more.
    pub all: bool,
}

/// Tokens, newest first, and what else lets somebody in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// The tokens.
    pub tokens: Vec<Token>,
    /// Password links, by account. An older broker names none.
    #[serde(default)]
    pub links: Vec<OpenLink>,
}

/// Shows one token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Show {
    /// Short name.
    pub id: String,
}

/// Makes a token valid for longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extend {
    /// Matrix id of who asked.
    pub by: String,
    /// Short name.
    pub id: String,
    /// From now, in seconds.
    pub ttl_seconds: u64,
}

/// Ends a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revoke {
    /// Matrix id of who asked.
    pub by: String,
    /// Short name.
    pub id: String,
}
