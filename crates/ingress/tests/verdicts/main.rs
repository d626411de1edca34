//! What is decided about requests: the corpus, and a slow second opinion.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a test says what it skips and counts")]

mod corpus;
mod generators;
mod opinion;
mod policy;
mod properties;
mod reference;
mod traefik;
