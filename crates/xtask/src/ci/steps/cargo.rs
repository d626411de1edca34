//! Steps that are one call of cargo.

use anyhow::Result;

use crate::{ci::Tally, command};

/// One call of cargo.
pub(super) fn run(words: &[&str]) -> Result<Tally> {
    command::run(&mut command::cargo(words))?;
    Ok(Tally::passed())
}

/// Builds the documentation of our own crates.
pub(super) fn documentation() -> Result<Tally> {
    let words = ["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet"];
    // Doc comments of a command line are its help: `<host>` in them is no HTML.
    command::run(command::cargo(&words).env("RUSTDOCFLAGS", "-D warnings -A rustdoc::invalid-html-tags"))?;
    Ok(Tally::passed())
}
