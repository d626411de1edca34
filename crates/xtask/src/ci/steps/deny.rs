//! `cargo deny`: what we depend on, under which licence, from where, and what is known against it.

use std::process::Command;

use anyhow::Result;
use camino::Utf8Path;

use super::tools;
use crate::{ci::Tally, command, repository};

/// Seconds for the database of advisories, which is fetched from GitHub: a network may swallow packets.
const PATIENCE: &str = "60";

/// Checks bans, licences and sources, offline, and asks for advisories where the network has them.
pub(super) fn check() -> Result<Tally> {
    let Some(program) = tools::cargo_deny() else {
        return Ok(Tally::skipped("dependencies were not checked: cargo-deny is not installed"));
    };
    let mut check = Command::new(&program);
    command::run(deny(&mut check, &["check", "bans", "licenses", "sources"]))?;
    let mut tally = Tally::passed();
    tally += advisories(&program);
    Ok(tally)
}

/// An advisory is news about a dependency, and no fault of the change that is looked at: it is said loudly, and stops nobody.
fn advisories(program: &Utf8Path) -> Tally {
    let mut fetch = Command::new("timeout");
    if command::output(deny(fetch.args([PATIENCE, program.as_str()]), &["fetch", "db"])).is_err() {
        return Tally::skipped("advisories: their database cannot be fetched from here");
    }
    match command::output(deny(&mut Command::new(program), &["check", "--disable-fetch", "advisories"])) {
        Ok(_) => Tally::passed(),
        Err(error) => Tally::skipped(format!("advisories that nobody has looked at yet\n{error:#}")),
    }
}

/// Adds what every call has.
fn deny<'c>(program: &'c mut Command, words: &[&str]) -> &'c mut Command {
    program.current_dir(repository::root()).args(["--log-level", "warn"]).args(words)
}
