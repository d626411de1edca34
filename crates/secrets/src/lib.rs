//! Layer 3: which secrets a fleet needs, making them, and judging those that are there.
//!
//! [`plan()`] reads the list from the rendered hosts; [`complete()`] says what must be written so that nothing is missing;
//! [`judge()`] looks for faults. Files are read and written by the command `rampart secrets`, and random bytes come from
//! it. Values are [`SecretValue`]s: they cannot be printed, and memory is wiped when they go.

mod complete;
mod form;
mod held;
mod judge;
mod make;
mod need;
mod seal;
mod tunnel;
mod value;

pub use complete::{Work, complete};
pub use held::{Held, Holdings, Place};
pub use judge::{Finding, judge, judge_files};
pub use make::{NoRandomness, Random};
pub use need::{Kind, Need, plan};
pub use seal::{Identities, Recipient, SealError};
pub use tunnel::{pair as tunnel_pair, public as tunnel_public};
pub use value::SecretValue;
