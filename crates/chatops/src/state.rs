//! What survives a restart.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What must survive a restart, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// Of this format.
    version: u32,
    /// The name of the next step.
    next: i64,
}

impl Snapshot {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { version: 1, next: now.as_microsecond() }
    }
}
