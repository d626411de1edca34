//! The stories of tests/vm on the lab, and an edge that comes and goes: real daemons in containers of this machine.

use std::process::Command;

use anyhow::Result;

use crate::{
    ci::{Daemons, Tally, installation},
    command, repository,
};

const PROGRAM: &str = "tests/lab/lab";
const LAB: &str = "tests/lab";
/// How a story says what it could not show here.
const LEFT_OUT: &str = "not looked at: ";
const CHECKS: &str = "checks";

/// Waits for the daemons, or installs them, and runs every story, if this machine can.
pub(super) fn run(daemons: &mut Daemons) -> Result<Tally> {
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
    daemons.finish()?;
    let mut tally = Tally::default();
    let status = command::tee(program(PROGRAM).arg("run").env("CI", "true"), |line| tally += verdict(line))?;
    if tally == Tally::default() && status.success() {
        return Ok(Tally::skipped("no story was run: the lab says why above"));
    }
    if !status.success() && tally.failed == 0 {
        tally += Tally::failed();
    }
    tally += edges(&mut program(PROGRAM))?;
    tally += own_tests()?;
    Ok(tally)
}

/// An edge that stands alone and a node of a cluster come and go on a fleet that runs; with an edge of a backbone it would
/// take twice as long.
fn edges(lab: &mut Command) -> Result<Tally> {
    let mut tally = Tally::default();
    let status =
        command::tee(lab.args(["edges", "--only", "sfo", "--only", "par"]), |line| tally += verdict(line))?;
    if tally == Tally::default() {
        tally += Tally::fault(format!("edges: {status}"));
    }
    Ok(tally)
}

/// The lab's own tests: what it makes on this machine, it takes away.
fn own_tests() -> Result<Tally> {
    let mut tests = Command::new("python3");
    tests.current_dir(repository::root().join(LAB)).args(["-B", "-m", CHECKS]);
    Tally::of_program(&mut tests)
}

/// `story fleet-comes-up: passed in 40 s, …`, `edges: passed in 50 s, …`
fn verdict(line: &str) -> Tally {
    if let Some(rest) = line.strip_prefix("edges: ") {
        return if rest.starts_with("passed") { Tally::passed() } else { Tally::fault(line.to_owned()) };
    }
    match line.strip_prefix("story ").and_then(|rest| rest.split_once(": ")) {
        Some((name, rest)) if rest.starts_with("skipped: ") => Tally::skipped(format!("story {name} {rest}")),
        Some((name, rest)) if rest.starts_with("passed") => {
            let mut tally = Tally::passed();
            let left_out = rest.split("; ").filter(|part| part.starts_with(LEFT_OUT));
            tally.skipped.extend(left_out.map(|part| format!("story {name} {part}")));
            tally
        }
        Some((name, rest)) if rest.starts_with("FAILED") => Tally::fault(format!("story {name} {rest}")),
        _ => Tally::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stories_are_counted() {
        assert_eq!(verdict("story fleet-comes-up: passed in 40 s, units rendered"), Tally::passed());
        let failed = verdict("story fleet-comes-up: FAILED in 2 s, units rendered; because of this");
        assert_eq!(failed.faults, ["story fleet-comes-up FAILED in 2 s, units rendered; because of this"]);
        assert_eq!((failed.passed, failed.failed), (0, 1));
        let skipped = "story disks-are-sealed: skipped: QEMU does not run here";
        assert_eq!(verdict(skipped).skipped.len(), 1);
        assert_eq!(verdict("a story: passed"), Tally::default());
        let in_part =
            "story one: passed in 40 s, units rendered; stand-ins: x for y; not looked at: y's settings";
        assert_eq!(verdict(in_part).passed, 1);
        assert_eq!(verdict("edges: passed in 50 s, units rendered"), Tally::passed());
        let failed = "edges: FAILED in 9 s, units rendered";
        assert_eq!((verdict(failed).failed, verdict(failed).faults), (1, vec![failed.to_owned()]));
        assert_eq!(verdict(in_part).skipped, ["story one not looked at: y's settings"]);
    }
}
