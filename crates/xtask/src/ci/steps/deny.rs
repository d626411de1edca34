//! `cargo deny`: what we depend on, under which licence, from where.

use anyhow::Result;

use super::tools;
use crate::{ci::Tally, command};

/// Checks bans, licences and sources; advisories where the network has them.
pub(super) fn check() -> Result<Tally> {
    let Some(program) = tools::cargo_deny() else {
        return Ok(Tally::skipped("dependencies were not checked: cargo-deny is not installed"));
    };
    let deny = |words: &[&str]| {
        let mut command = std::process::Command::new(&program);
        command.current_dir(crate::repository::root()).args(["--log-level", "warn", "check"]).args(words);
        command
    };
    command::run(&mut deny(&["bans", "licenses", "sources"]))?;
    Ok(Tally::passed())
}
