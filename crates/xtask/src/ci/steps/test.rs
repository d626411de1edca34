//! `cargo test`, counted.

use std::{env, process::Command};

use anyhow::Result;

use crate::{cache, ci::Tally, command, repository};

/// What tests ask that is not ours.
struct Real {
    /// Where they look for it.
    variable: &'static str,
    /// The parts of the lab that are installed for it.
    parts: &'static [&'static str],
    /// Its place in the cache.
    place: &'static str,
}

const REAL: [Real; 3] = [
    Real { variable: "RAMPART_SYNAPSE", parts: &["synapse"], place: "synapse" },
    Real { variable: "RAMPART_TRAEFIK", parts: &["traefik"], place: "traefik/traefik" },
    // Rules for a browser, which is Debian's, with its driver.
    Real { variable: "RAMPART_AXE", parts: &["debian", "axe"], place: "axe/axe.min.js" },
];

/// Runs all tests, shows their output, and counts them.
pub(super) fn run() -> Result<Tally> {
    let mut tally = Tally::default();
    let mut test = command::cargo(&["test", "--workspace", "--no-fail-fast", "--quiet"]);
    for Real { variable, parts, place } in REAL.iter().filter(|real| env::var_os(real.variable).is_none()) {
        match install(parts) {
            Ok(()) => drop(test.env(variable, cache::folder().join(place))),
            Err(why) => tally += Tally::skipped(format!("tests that need {}: {why:#}", parts.join(", "))),
        }
    }
    let status = command::tee(&mut test, |line| tally += counts(line))?;
    // A crate that does not compile counts no test.
    if !status.success() && tally.failed == 0 {
        tally += Tally::failed();
    }
    Ok(tally)
}

/// Installs parts of the lab unless they are there. Whoever is at one already, the lab's installation say, is waited for.
fn install(parts: &[&str]) -> Result<()> {
    let root = repository::root();
    command::output(Command::new(root.join("tests/lab/install")).current_dir(&root).args(parts))?;
    Ok(())
}

/// What a closing line of a test program says: `test result: ok. 12 passed; 0 failed; 1 ignored; …`.
fn counts(line: &str) -> Tally {
    let Some((_, rest)) = line.split_once("test result: ") else { return named(line) };
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

/// The name of a test that failed, above what it said: `---- rules::cases stdout ----`. It is counted by its program's closing line.
fn named(line: &str) -> Tally {
    let name = line.strip_prefix("---- ").and_then(|rest| rest.strip_suffix(" stdout ----"));
    Tally { faults: name.map(str::to_owned).into_iter().collect(), ..Tally::default() }
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
        assert_eq!(counts("---- rules::cases stdout ----").faults, ["rules::cases"]);
    }
}
