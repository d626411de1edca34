//! Whole conversations with a [`chatops::Desk`]: rooms, brokers and the ledger are stand-ins in memory, the clock is a
//! number.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod address;
mod broker;
mod confirm;
mod fuzz;
mod once;
mod outage;
mod permit;
mod scene;
mod secrecy;
mod transcript;
mod watch;
