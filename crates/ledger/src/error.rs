//! What can be wrong with a ledger.

use std::{io, path::PathBuf};

/// Why a line does not belong where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The line is not a record.
    #[error("it is not a record ({0})")]
    Malformed(String),
    /// The line is a record but not written as this crate writes it.
    #[error("it is not written as records are")]
    Rewritten,
    /// The sequence number is not the next one.
    #[error("it has the number {found} where {expected} belongs")]
    Sequence {
        /// The next number.
        expected: u64,
        /// What stands there.
        found: u64,
    },
    /// The hash is not that of the record before.
    #[error("the record before it is not the one that it was written after")]
    Previous,
    /// The time is before that of the record before.
    #[error("it is older than the record before it")]
    Time,
    /// A checkpoint whose signature is not by this key.
    #[error("the signature of the checkpoint is not by this key")]
    Signature,
    /// The last line has no end.
    #[error("it breaks off")]
    Truncated,
}

/// Why a ledger cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The system refused.
    #[error("the ledger cannot be read or written")]
    Io(#[from] io::Error),
    /// A record is not the one that was written.
    #[error(
        "{}, line {line}: {broken}\n  help: somebody or something changed the ledger; keep the file as evidence and \
         compare it with an exported copy",
        file.display()
    )]
    Broken {
        /// The ledger.
        file: PathBuf,
        /// Line, from 1.
        line: u64,
        /// What is wrong.
        broken: Broken,
    },
    /// The head speaks of another last record.
    #[error(
        "{}: the signed head ends at record {head}, the file at {last}{what}\n  help: records were cut off or \
         changed; keep the file as evidence and compare it with an exported copy",
        file.display()
    )]
    Head {
        /// The ledger.
        file: PathBuf,
        /// Last record by the head.
        head: u64,
        /// Last record in the file.
        last: u64,
        /// What else is known, as the end of the sentence.
        what: &'static str,
    },
    /// The head is missing, unreadable or not signed by this key.
    #[error(
        "{}: the signed head {what}\n  help: it is made by the program beside its ledger; restore both from one copy",
        file.display()
    )]
    HeadUnusable {
        /// The head.
        file: PathBuf,
        /// What is wrong, as the end of the sentence.
        what: &'static str,
    },
    /// The key is not one.
    #[error(
        "{}: the signing key {what}\n  help: restore it beside its ledger; without it a new ledger must be begun",
        file.display()
    )]
    Key {
        /// The key.
        file: PathBuf,
        /// What is wrong, as the end of the sentence.
        what: &'static str,
    },
    /// An earlier append failed half-way and could not be undone.
    #[error(
        "the ledger takes no more records since one could not be written whole\n  help: restart after mending the disk"
    )]
    Poisoned,
    /// What is to be written is not JSON, or holds a line end.
    #[error("the entry cannot be written: {0}")]
    Entry(String),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes for a key")]
    Random,
}
