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
    /// Its place in the cache, or on the machine.
    place: &'static str,
}

const REAL: [Real; 4] = [
    Real { variable: "RAMPART_SYNAPSE", parts: &["synapse"], place: "synapse" },
    Real { variable: "RAMPART_TRAEFIK", parts: &["traefik"], place: "traefik/traefik" },
    Real { variable: "RAMPART_SLAPD", parts: &["debian"], place: "/usr/sbin/slapd" },
    // Rules for a browser, which is Debian's, with its driver.
    Real { variable: "RAMPART_AXE", parts: &["debian", "axe"], place: "axe/axe.min.js" },
];

/// How a test says that it cannot show anything here.
const SKIPPED: &str = "skipped: ";

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
    // Without it, libtest keeps to itself what a test that passed has said: that it was skipped, too.
    test.args(["--", "--show-output"]);
    let mut output = Output::default();
    let status = command::lines(&mut test, |line| {
        let (counted, is_shown) = output.line(line);
        if is_shown {
            println!("{line}");
        }
        tally += counted;
    })?;
    // A crate that does not compile counts no test.
    if !status.success() && tally.failed == 0 {
        tally += Tally::failed();
    }
    Ok(tally)
}

/// Where we are in what test programs print, one after the other.
#[derive(Debug, Default)]
struct Output {
    /// In the part that libtest calls `successes:`, which is long and which nobody reads.
    is_of_successes: bool,
    /// The test whose words are next.
    test: Option<String>,
    /// Tests of this program that libtest counts, and that showed nothing.
    skipped: usize,
}

impl Output {
    /// What a line counts, and whether it is for people. It prints nothing: this is tested, and the test is read here, too.
    fn line(&mut self, line: &str) -> (Tally, bool) {
        if let Some(closing) = counts(line, self.skipped) {
            *self = Self::default();
            return (closing, true);
        }
        match line {
            "successes:" => self.is_of_successes = true,
            "failures:" => self.is_of_successes = false,
            _ => (),
        }
        if self.is_of_successes {
            return (self.of_success(line), false);
        }
        // It is counted by its program's closing line.
        let faults = quoted(line).map(str::to_owned).into_iter().collect();
        (Tally { faults, ..Tally::default() }, true)
    }

    /// A test that is skipped says that and nothing before it.
    fn of_success(&mut self, line: &str) -> Tally {
        let test = self.test.take();
        self.test = quoted(line).map(str::to_owned);
        match (test, line.strip_prefix(SKIPPED)) {
            (Some(test), Some(why)) => {
                self.skipped += 1;
                Tally::skipped(format!("{test}: {why}"))
            }
            _ => Tally::default(),
        }
    }
}

/// Installs parts of the lab unless they are there. Whoever is at one already, the lab's installation say, is waited for.
fn install(parts: &[&str]) -> Result<()> {
    let root = repository::root();
    command::output(Command::new(root.join("tests/lab/install")).current_dir(&root).args(parts))?;
    Ok(())
}

/// What a closing line of a test program says, `test result: ok. 12 passed; 0 failed; 1 ignored; …`, when so many of those that
/// passed were skipped.
fn counts(line: &str, skipped: usize) -> Option<Tally> {
    let (_, rest) = line.split_once("test result: ")?;
    let number = |word: &str| -> usize {
        let before = rest.split(';').map(str::trim).find_map(|part| part.strip_suffix(word));
        before.and_then(|text| text.split_whitespace().last()?.parse().ok()).unwrap_or(0)
    };
    let mut tally = Tally::of(number("passed").saturating_sub(skipped), number("failed"));
    if number("ignored") > 0 {
        tally.skipped.push(format!("{} ignored tests", number("ignored")));
    }
    Some(tally)
}

/// The name of a test above what it said: `---- rules::cases stdout ----`.
fn quoted(line: &str) -> Option<&str> {
    line.strip_prefix("---- ").and_then(|rest| rest.strip_suffix(" stdout ----"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts what a test program prints.
    fn tally(text: &str) -> Tally {
        let mut output = Output::default();
        text.lines().map(|line| output.line(line).0).sum()
    }

    #[test]
    fn closing_lines_are_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s";
        let found = tally(line);
        assert_eq!((found.passed, found.failed, found.skipped.len()), (12, 3, 1));
        assert_eq!(tally("test result: ok. 7 passed; 0 failed; 0 ignored; 0 measured"), Tally::of(7, 0));
        assert_eq!(tally("running 3 tests"), Tally::default());
        assert_eq!(tally("---- rules::cases stdout ----").faults, ["rules::cases"]);
    }

    #[test]
    fn a_test_that_says_it_was_skipped_is_not_one_that_passed() {
        let text = "\
running 4 tests
..F.
successes:

---- ldap::only_active stdout ----
skipped: RAMPART_SLAPD names no slapd

---- other::talks stdout ----
a word
skipped: is a word, too


successes:
    ldap::only_active
    other::talks
    quiet

failures:

---- rules::cases stdout ----
skipped: not said by who passed


failures:
    rules::cases

test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s

running 1 test
.
test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s
";
        let found = tally(text);
        assert_eq!(found.skipped, ["ldap::only_active: RAMPART_SLAPD names no slapd"]);
        assert_eq!((found.passed, found.failed, found.faults), (3, 1, vec!["rules::cases".to_owned()]));
    }

    #[test]
    fn every_program_that_tests_ask_for_is_given_to_them() {
        // No registry has a Tuwunel.
        let known = |variable: &str| {
            variable == "RAMPART_TUWUNEL" || REAL.iter().any(|real| real.variable == variable)
        };
        let mut asked = 0;
        for file in repository::files().unwrap().iter().filter(|file| file.as_str().contains("/tests/")) {
            let Ok(text) = fs_err::read_to_string(repository::root().join(file)) else { continue };
            for rest in text.split("\"skipped: ").skip(1) {
                let variable = rest.split_whitespace().next().unwrap();
                assert!(known(variable), "{file}: {variable}");
                asked += 1;
            }
        }
        assert!(asked > REAL.len(), "{asked}");
    }
}
