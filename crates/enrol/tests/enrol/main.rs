//! The real page with the real guard and broker before a test double of a homeserver (`testkit::homeserver`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a test that is skipped says so")]

mod attacks;
mod browser;
mod harness;
mod links;
mod pages;
