//! The real bot between a real Synapse, a real broker beside it, and a tenant's broker before a test double of a homeserver.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a test that is skipped says so")]

mod chat;
mod harness;
mod person;
