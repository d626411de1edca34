//! Whether an account may give orders right now.

use serde::{Deserialize, Serialize};

/// Asks about one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Active {
    /// Matrix id.
    pub user: String,
}

/// Why an account may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It is not of this server.
    Foreign,
    /// There is none.
    Missing,
    /// It was ended.
    Deactivated,
    /// It is stopped for a while.
    Locked,
    /// It may only read.
    Suspended,
    /// The directory does not know it, or not as active.
    NotInDirectory,
}

/// The answer. Any error instead of it means no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Whether it may.
    pub active: bool,
    /// Why not.
    pub reason: Option<Reason>,
    /// Whether a directory was asked too.
    pub directory: bool,
}
