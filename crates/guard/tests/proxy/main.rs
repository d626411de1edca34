//! The real program between raw sockets and a real hyper homeserver, on loopback and in a temporary folder.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod config;
mod corpus;
mod desk;
mod doors;
mod failures;
mod harness;
mod headers;
mod judge;
mod limits;
mod numbers;
mod refused;
mod reload;
mod smuggling;
mod stop;
mod streaming;
mod survey;
mod upstream;
mod users;
mod wire;
