//! The real broker between its clients and a test double of a homeserver (`testkit::homeserver`), over real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a test that is skipped says so")]

mod boot;
mod core;
mod doors;
mod guests;
mod harness;
mod ldap;
mod mishaps;
mod real;
mod redeem;
mod staff;
mod tokens;
mod trap;
