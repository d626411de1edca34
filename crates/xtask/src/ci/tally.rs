//! What a step counted.

use std::ops::AddAssign;

/// Counts of one step, and what it did not look at.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Things that were as they should be.
    pub(crate) passed: usize,
    /// Things that were not.
    pub(crate) failed: usize,
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

    /// These counts.
    pub(crate) fn of(passed: usize, failed: usize) -> Self {
        Self { passed, failed, skipped: Vec::new() }
    }

    /// Nothing but this was left out.
    pub(crate) fn skipped(why: impl Into<String>) -> Self {
        Self { skipped: vec![why.into()], ..Self::default() }
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
