//! Every way to be refused.

use serde::{Deserialize, Serialize};

/// Why the broker refused. Programs act on the code, people read the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request is not one of this verb.
    BadRequest,
    /// The client did not prove who it is.
    Unauthenticated,
    /// No such verb behind this door.
    VerbUnknown,
    /// Nothing of that name.
    NotFound,
    /// It cannot be done in the state that it is in.
    Conflict,
    /// The token was used up.
    TokenUsed,
    /// The token is over.
    TokenExpired,
    /// The token was revoked.
    TokenRevoked,
    /// Somebody is redeeming the token right now.
    TokenBusy,
    /// The user name is taken.
    NameTaken,
    /// The user name cannot be one.
    NameInvalid,
    /// The homeserver takes no such password.
    PasswordRefused,
    /// Too many requests.
    RateLimited,
    /// The homeserver gave no answer, or one that makes no sense. Nothing is known to have changed.
    HomeserverFailed,
    /// It was done, but looking again shows that it did not hold.
    Unverified,
    /// The ledger cannot be written, so nothing is done.
    LedgerFailed,
    /// Something that should not be.
    Internal,
}

impl ErrorCode {
    /// HTTP status of the answer.
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest | Self::NameInvalid | Self::PasswordRefused => 400,
            Self::Unauthenticated => 401,
            Self::VerbUnknown | Self::NotFound => 404,
            Self::Conflict
            | Self::TokenUsed
            | Self::TokenExpired
            | Self::TokenRevoked
            | Self::TokenBusy
            | Self::NameTaken => 409,
            Self::RateLimited => 429,
            Self::Internal | Self::LedgerFailed => 500,
            Self::HomeserverFailed | Self::Unverified => 502,
        }
    }
}

/// Code and sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// For programs.
    pub code: ErrorCode,
    /// For people; never a secret.
    pub message: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// Body of every answer that is not 200.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// What went wrong.
    pub error: Refusal,
}
