//! Layer 4: what a request may do to the homeserver. No I/O, no clock.
//!
//! [`decide()`] takes a whole request; [`head`] and [`BodyJudge::judge`] do the same in two steps, for a proxy that
//! collects a body only when it matters. Order of judgement:
//!
//! | file | asks |
//! |---|---|
//! | `target` | is the path spelt in the one way that everybody reads alike; each segment is decoded once |
//! | `endpoints` | which template of the closed list is it |
//! | `decide` | what the path alone says, and whether the body matters |
//! | `judge` | what the body says; what goes upstream is rebuilt from what was judged |
//! | `rules` | one file for each reason to refuse, with its source and its sentence |
//!
//! Reads (GET, HEAD, OPTIONS) change nothing at a Matrix server, so they need no template; everything else does.
//! What is unknown is refused. What no ingress can decide is listed in `docs/audit.md`.

mod decide;
mod decoded_again;
mod endpoints;
mod json;
mod judge;
mod rule;
pub mod rules;
mod target;

pub use decide::{BodyJudge, Head, MAX_BODY_BYTES, Verdict, decide, endpoint, head};
pub use endpoints::{Endpoint, Kind, all as endpoints};
pub use judge::Note;
pub use rule::{Part, Refusal, Rule};
pub use settings::guard::Policy;
pub use target::Target;
