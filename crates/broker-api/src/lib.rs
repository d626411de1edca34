//! Layer 4: what the broker can be asked. The same types on both sides of `POST /v1/<verb>`; no I/O.
//!
//! | file | verbs |
//! |---|---|
//! | `token` | registration tokens, for the bot |
//! | `guest` | accounts of guests, for the bot |
//! | `room` | rooms, for the bot |
//! | `status` | whether the server is as closed as it should be |
//! | `page` | looking up and redeeming, for the enrolment page |
//! | `account` | whether an account may still give orders, on the core |
//! | `error` | every way to be refused |
//!
//! Requests know no other members than these (`deny_unknown_fields`); whoever asks says for whom (`by`), so that the
//! broker's ledger names people. Times are UTC (RFC 3339).

pub mod account;
pub mod error;
pub mod guest;
pub mod page;
pub mod room;
pub mod status;
pub mod token;
mod verb;

pub use error::{ErrorBody, ErrorCode, Refusal};
pub use verb::{Caller, Verb, all, verbs};

/// A request without members.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}
