//! Faults of the surroundings (missing folders, unreadable files) with what to do about them. Faults of the manifest
//! are complaints of the crate `diag`.

use std::io;

/// What went wrong, and the way out.
#[derive(Debug, thiserror::Error)]
#[error("{problem}")]
pub(crate) struct Advice {
    problem: String,
    /// What to do about it.
    pub(crate) help: String,
    source: Option<io::Error>,
}

impl Advice {
    /// A fault and its remedy.
    pub(crate) fn new(problem: impl Into<String>, help: impl Into<String>) -> Self {
        Self { problem: problem.into(), help: help.into(), source: None }
    }

    /// Keeps the cause.
    #[must_use]
    pub(crate) fn because(mut self, source: io::Error) -> Self {
        self.source = Some(source);
        self
    }
}
