//! What a step counted.

use std::{ops::AddAssign, process::Command};

use anyhow::Result;

use crate::command;

/// How a program that a step runs says what it did not look at.
const SKIPPED: &str = "skipped: ";

/// Counts of one step, and what it did not look at.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Things that were as they should be.
    pub(crate) passed: usize,
    /// Things that were not.
    pub(crate) failed: usize,
    /// Which those were, as far as a step knows. Said again at the end: a log of CI is long, and often only its end is kept.
    pub(crate) faults: Vec<String>,
    /// What was left out, and why. It is printed again at the end, so that nobody overlooks it.
    pub(crate) skipped: Vec<String>,
}

impl Tally {
    /// One thing that passed.
    pub(crate) fn passed() -> Self {
        Self::of(1, 0)
    }

    /// One thing that failed.
    pub(crate) fn failed() -> Self {
        Self::of(0, 1)
    }

    /// One thing that failed, with a name or a reason.
    pub(crate) fn fault(what: impl Into<String>) -> Self {
        Self { failed: 1, faults: vec![what.into()], ..Self::default() }
    }

    /// These counts.
    pub(crate) fn of(passed: usize, failed: usize) -> Self {
        Self { passed, failed, ..Self::default() }
    }

    /// Nothing but this was left out.
    pub(crate) fn skipped(why: impl Into<String>) -> Self {
        Self { skipped: vec![why.into()], ..Self::default() }
    }

    /// What a line of a program's output says was left out, if it says that.
    fn left_out(line: &str) -> Self {
        line.strip_prefix(SKIPPED).map_or_else(Self::default, Self::skipped)
    }

    /// One thing by its verdict. What is wrong is printed here, and named again at the end.
    pub(crate) fn judged(verdict: Result<()>) -> Self {
        match verdict {
            Ok(()) => Self::passed(),
            Err(error) => {
                println!("{error:#}");
                Self::fault(format!("{error:#}"))
            }
        }
    }

    /// One program by its exit code, and what it says was left out.
    pub(crate) fn of_program(program: &mut Command) -> Result<Self> {
        let mut left_out = Self::default();
        let status = command::tee(program, |line| left_out += Self::left_out(line))?;
        let verdict = if status.success() {
            Self::passed()
        } else {
            Self::fault(format!("{}: {status}", command::show(program)))
        };
        Ok([verdict, left_out].into_iter().sum())
    }

    /// One thing, which is as it should be when `good`.
    pub(crate) fn one(good: bool) -> Self {
        if good { Self::passed() } else { Self::failed() }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.faults.extend(other.faults);
        self.skipped.extend(other.skipped);
    }
}

impl std::iter::Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), |mut sum, tally| {
            sum += tally;
            sum
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_left_out_is_counted_beside_its_verdict() {
        let said = |code: u8| {
            let script = format!("echo fine; echo 'skipped: types: no nixpkgs'; exit {code}");
            Tally::of_program(Command::new("sh").args(["-c", &script])).unwrap()
        };
        let (good, bad) = (said(0), said(3));
        assert_eq!((good.passed, good.failed, good.skipped), (1, 0, vec!["types: no nixpkgs".to_owned()]));
        assert_eq!((bad.passed, bad.failed, bad.skipped.len(), bad.faults.len()), (0, 1, 1, 1));
    }
}
