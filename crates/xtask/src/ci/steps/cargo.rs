//! Steps that are one call of cargo.

use std::{env, process::Command};

use anyhow::Result;

use crate::{ci::Tally, command, repository};

/// The cargo that runs us, at the root of the repository.
pub(super) fn command(words: &[&str]) -> Command {
    let mut command = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    command.current_dir(repository::root()).args(words);
    command
}

/// One call of cargo.
pub(super) fn run(words: &[&str]) -> Result<Tally> {
    command::run(&mut command(words))?;
    Ok(Tally::passed())
}

/// Builds the documentation of our own crates.
pub(super) fn documentation() -> Result<Tally> {
    let words = ["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet"];
    // Doc comments of a command line are its help: `<host>` in them is no HTML.
    command::run(command(&words).env("RUSTDOCFLAGS", "-D warnings -A rustdoc::invalid-html-tags"))?;
    Ok(Tally::passed())
}
