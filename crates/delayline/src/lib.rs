//! Distance for the lab: packets wait between regions for as long as light and routers would take.
//!
//! The kernel of the usual build machine has no netem. So a router sends what it forwards into a TUN device, and this
//! holds each packet and gives it back. What is lost, and how much passes, stays the kernel's to decide (nftables,
//! `tc`).
//!
//! [`Line`] is the clockwork, without a clock of its own; [`Atlas`] knows how far apart two addresses are.

mod atlas;
mod lateness;
mod line;
mod packet;

pub use atlas::{Atlas, AtlasError, Way};
pub use lateness::Lateness;
pub use line::{Full, Line};
pub use packet::ends;
