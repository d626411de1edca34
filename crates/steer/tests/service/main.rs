//! The program as its neighbours see it, on loopback. Media servers are stand-ins that answer as LiveKit does.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
mod discovery;
mod geoip;
mod harness;
mod health;
mod mmdb;
mod stop;
