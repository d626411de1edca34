//! Layer 5: a ledger, a file of JSON lines to which is only added.
//!
//! Every record names the SHA-256 of the record before it, so that no byte can change without the rest of the file
//! disagreeing. Ed25519 signatures say that it was this program's key that wrote it: [`Checkpoint`]s in the chain, and a
//! signed [`Head`] beside the file that says which record is the last. The head is what finds a changed last record, and
//! records that were cut off the end.
//!
//! | file | duty |
//! |---|---|
//! | `record` | one line: writing and reading it |
//! | `chain` | the rule that joins records, checked one after the other |
//! | `key` | the signing key, and what it signs |
//! | `head` | the signed word on the last record |
//! | `file` | opening, appending, recovering after a crash |
//! | `verify` | reading a ledger without changing it |
//! | `place` | where a program keeps it, and what an administrator does with it |
//!
//! What it does not do: hide anything, or resist the user that the program runs as, who has the key. Keep copies of the
//! public key and of heads elsewhere (`verify` takes a head).

mod chain;
mod error;
mod file;
mod head;
mod key;
mod place;
mod record;
mod verify;

pub use chain::Chain;
pub use error::{Broken, LedgerError};
pub use file::{Ledger, Opened};
pub use head::Head;
pub use key::{Key, PublicKey, Signature};
pub use place::{InspectError, Place};
pub use record::{CHECKPOINT, Checkpoint, Hash, RECOVERED, Record, Recovered, tagged};
pub use verify::{Summary, records, verify};
