//! The Matrix side: the port of the crate `chat` on `matrix-sdk`.
//!
//! | file | duty |
//! |---|---|
//! | `link` | the session: whose token it is, and which errors mean what |
//! | `sync` | the loop that hears: batches of events, each with the place behind it |
//! | `hear` | one event as the port names it, with the power of who sent it |
//! | `speak` | the port itself |
//! | `rooms` | the restricted room of each tenant: finding, making, inviting |
//!
//! Encryption is not compiled in. The state of rooms is kept in memory by the SDK, and had anew at each start
//! (`full_state`), so that there is no database; the position is kept by `kept`.

mod hear;
mod link;
pub(crate) mod rooms;
mod speak;
mod sync;

pub use link::Fault;
pub(crate) use link::Link;
pub(crate) use speak::Matrix;
pub(crate) use sync::{Ear, first as first_sync};

use std::time::Duration;

use backon::ExponentialBuilder;

/// Pauses between attempts at a homeserver that is away.
pub(crate) fn backoff() -> ExponentialBuilder {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(250))
        .with_max_delay(Duration::from_secs(30))
        .with_jitter()
        .without_max_times()
}
