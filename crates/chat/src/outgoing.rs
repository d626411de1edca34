//! What is said.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::EventId;

/// One text in two forms that say the same. Sent as `m.notice`, with an empty `m.mentions`, so that no name in it calls
/// anybody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// `body`.
    pub plain: String,
    /// `formatted_body`: HTML of the subset that the specification allows, names of people escaped.
    pub html: String,
}

/// Where in a room an answer belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// First message of the thread.
    pub root: EventId,
    /// The message that is answered, for clients without threads.
    pub answers: EventId,
}

/// Makes sending happen once: a homeserver that has seen it gives the same event again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TransactionId(String);

impl TransactionId {
    /// An id. It must be new for everything that is said, and the same when it is said again.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TransactionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
