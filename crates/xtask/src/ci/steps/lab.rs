//! The stories of tests/vm on the lab: real daemons in containers of this machine.

use std::process::Command;

use anyhow::Result;

use crate::{
    ci::{Installation, Tally, installation},
    command, repository,
};

const PROGRAM: &str = "tests/lab/lab";
const LAB: &str = "tests/lab";
const CHECKS: &str = "tests/lab/checks";

/// Waits for the daemons, or installs them, and runs every story, if this machine can.
pub(super) fn run(under_way: Option<Installation>) -> Result<Tally> {
    let root = repository::root();
    let program = |path: &str| {
        let mut command = Command::new(root.join(path));
        command.current_dir(&root);
        command
    };
    if !root.join(PROGRAM).exists() {
        return Ok(Tally::skipped(format!("no story was run: there is no {PROGRAM}")));
    }
    if let Some(why) = installation::refusal() {
        return Ok(Tally::skipped(format!("no story was run: {why}")));
    }
    under_way.map_or_else(Installation::start, Ok)?.finish()?;
    let mut tally = Tally::default();
    let status = command::tee(program(PROGRAM).arg("run").env("CI", "true"), |line| tally += verdict(line))?;
    if tally == Tally::default() && status.success() {
        return Ok(Tally::skipped("no story was run: the lab says why above"));
    }
    if !status.success() && tally.failed == 0 {
        tally += Tally::failed();
    }
    tally += nothing_is_left();
    Ok(tally)
}

/// The lab's own tests: what it makes on this machine, it takes away.
fn nothing_is_left() -> Tally {
    let mut tests = Command::new("python3");
    tests.current_dir(repository::root()).args(["-m", "unittest", "discover"]);
    tests.args(["-t", LAB, "-s", CHECKS]);
    let verdict = command::run(&mut tests);
    if let Err(error) = &verdict {
        println!("{error:#}");
    }
    Tally::one(verdict.is_ok())
}

/// `story fleet-comes-up: passed in 40 s, …`
fn verdict(line: &str) -> Tally {
    match line.strip_prefix("story ").and_then(|rest| rest.split_once(": ")) {
        Some((name, rest)) if rest.starts_with("skipped: ") => Tally::skipped(format!("story {name} {rest}")),
        Some((_, rest)) if rest.starts_with("passed") => Tally::passed(),
        Some((_, rest)) if rest.starts_with("FAILED") => Tally::failed(),
        _ => Tally::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stories_are_counted() {
        assert_eq!(verdict("story fleet-comes-up: passed in 40 s, units rendered"), Tally::passed());
        assert_eq!(verdict("story fleet-comes-up: FAILED in 2 s, units rendered"), Tally::failed());
        let skipped = "story disks-are-sealed: skipped: QEMU does not run here";
        assert_eq!(verdict(skipped).skipped.len(), 1);
        assert_eq!(verdict("a story: passed"), Tally::default());
    }
}
