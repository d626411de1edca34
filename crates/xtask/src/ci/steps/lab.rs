//! The stories of tests/lab: real daemons in network namespaces of this machine.

use std::process::Command;

use anyhow::Result;

use crate::{ci::Tally, command, repository};

const PROGRAM: &str = "tests/lab/lab";

/// Runs every story, if this machine can.
pub(super) fn run() -> Result<Tally> {
    let root = repository::root();
    if !root.join(PROGRAM).exists() {
        return Ok(Tally::skipped(format!("there is no {PROGRAM} yet; no story was run")));
    }
    if let Err(error) = command::output(Command::new("unshare").args(["--net", "--mount", "true"])) {
        return Ok(Tally::skipped(format!(
            "no story was run: this machine gives us no namespaces\n{error:#}"
        )));
    }
    command::run(Command::new(root.join(PROGRAM)).arg("run").current_dir(&root))?;
    Ok(Tally::passed())
}
