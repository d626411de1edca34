//! What a step counted.

use std::ops::AddAssign;

use anyhow::Result;

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
