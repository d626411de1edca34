//! Small HTTP APIs: a door that serves a router within limits, and asking one question over a connection of its own.
//!
//! For programs whose requests and answers are small and few. The guard, which streams, has doors of its own.

mod ask;
mod door;

pub use ask::{Answer, AskError, Peer, Question};
pub use door::{Door, Limits};
