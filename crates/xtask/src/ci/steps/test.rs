//! `cargo test`, counted.

use std::{env, process::Command};

use anyhow::Result;

use super::cargo;
use crate::{cache, ci::Tally, command, repository};

/// Real programs that tests ask: where they look for each (`testkit::homeserver::Synapse`, `ingress`), the part of the lab
/// that is installed for it, and the place of the program in the cache.
const REAL: [(&str, &str, &str); 2] =
    [("RAMPART_SYNAPSE", "synapse", "synapse"), ("RAMPART_TRAEFIK", "traefik", "traefik/traefik")];

/// Runs all tests, shows their output, and counts them.
pub(super) fn run() -> Result<Tally> {
    let mut tally = Tally::default();
    let mut test = cargo::command(&["test", "--workspace", "--no-fail-fast", "--quiet"]);
    for (variable, part, place) in REAL.into_iter().filter(|(variable, ..)| env::var_os(variable).is_none()) {
        match install(part) {
            Ok(()) => drop(test.env(variable, cache::folder().join(place))),
            Err(why) => tally += Tally::skipped(format!("tests before a real {part}: {why:#}")),
        }
    }
    let status = command::tee(&mut test, |line| tally += counts(line))?;
    // A crate that does not compile counts no test.
    if !status.success() && tally.failed == 0 {
        tally += Tally::failed();
    }
    Ok(tally)
}

/// Installs a part of the lab unless it is there. Whoever is at it already, the lab's installation say, is waited for.
fn install(part: &str) -> Result<()> {
    let root = repository::root();
    command::output(Command::new(root.join("tests/lab/install")).current_dir(&root).arg(part))?;
    Ok(())
}

/// What a closing line of a test program says: `test result: ok. 12 passed; 0 failed; 1 ignored; …`.
fn counts(line: &str) -> Tally {
    let Some((_, rest)) = line.split_once("test result: ") else { return Tally::default() };
    let number = |word: &str| {
        let before = rest.split(';').map(str::trim).find_map(|part| part.strip_suffix(word));
        before.and_then(|text| text.split_whitespace().last()?.parse().ok()).unwrap_or(0)
    };
    let mut tally = Tally::of(number("passed"), number("failed"));
    if number("ignored") > 0 {
        tally.skipped.push(format!("{} ignored tests", number("ignored")));
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s";
        let tally = counts(line);
        assert_eq!((tally.passed, tally.failed, tally.skipped.len()), (12, 3, 1));
        assert_eq!(counts("test result: ok. 7 passed; 0 failed; 0 ignored; 0 measured"), Tally::of(7, 0));
        assert_eq!(counts("running 3 tests"), Tally::default());
    }
}
