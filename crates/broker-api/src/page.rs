//! For the enrolment page.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::token::State;

/// Looks a token up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// The token.
    pub token: String,
}

/// What a token is good for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Its state.
    pub state: State,
    /// When it ends; none for a token that nobody issued.
    pub expires: Option<Timestamp>,
}

/// Reserves one use. From here to the end nobody else gets it, nor the name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// The token.
    pub token: String,
    /// Wanted user name, the part before the colon.
    pub username: String,
}

/// A use that is reserved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// What `redeem-end` names.
    pub redemption: String,
    /// Within so many seconds the account must be made; later the use may be given to somebody else.
    pub seconds: u64,
}

/// How making the account went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The homeserver made it.
    Made,
    /// The homeserver refused, so there is none.
    Refused,
    /// There was no answer.
    Unknown,
}

/// Says how it went. The broker looks for itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// From `redeem-begin`.
    pub redemption: String,
    /// What the page saw.
    pub outcome: Outcome,
}

/// What the broker found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The account, if there is one now.
    pub user: Option<String>,
}

/// Looks a password link up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkLookup {
    /// The link's secret.
    pub link: String,
}

/// What a password link is good for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkFound {
    /// Its state.
    pub state: State,
    /// Whose password it sets; only for a valid link.
    pub user: Option<String>,
}

/// Sets the password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkRedeem {
    /// The link's secret.
    pub link: String,
    /// The new password.
    pub password: String,
}

/// The password is set and the account is back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRedeemed {
    /// Whose.
    pub user: String,
}

macro_rules! silent {
    ($($name:ident),*) => {
        $(impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        })*
    };
}
// What holds a token, a link or a password cannot be printed by accident.
silent!(Lookup, Begin, LinkLookup, LinkRedeem);
