//! A host through our modules beside the same host written by hand (tests/eval/hand-written).

use std::time::Duration;

use anyhow::{Result, bail};

use crate::{
    eval::{self, Flake},
    measure::Run,
};

/// Pairs of evaluations, one after the other, so that both meet the same weather.
const PAIRS: usize = 7;

/// How many times the processor's time of the host by hand ours takes, by the medians, the start of the evaluator
/// included; or why nothing was evaluated.
pub(super) fn compare() -> Result<Result<f64, String>> {
    let flake = match eval::flake()? {
        Ok(flake) => flake,
        Err(why) => return Ok(Err(why)),
    };
    // Also reads every file for the first time. Different systems could not be compared.
    evaluate(&flake, "same")?;
    let (mut ours, mut by_hand) = (Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        ours.push(evaluate(&flake, "rampart")?);
        by_hand.push(evaluate(&flake, "by-hand")?);
    }
    let (ours, by_hand) = (Median::of(&ours), Median::of(&by_hand));
    println!("a host through our modules: {ours}; by hand: {by_hand}");
    Ok(Ok(ours.user.as_secs_f64() / by_hand.user.as_secs_f64()))
}

fn evaluate(flake: &Flake, which: &str) -> Result<Run> {
    let attribute = format!("legacyPackages.x86_64-linux.handWritten.{which}");
    let run = flake.eval(&attribute, &["--raw", "--option", "eval-cache", "false"])?;
    if !run.status.success() {
        bail!("{attribute} cannot be evaluated:\n{}", run.stderr);
    }
    Ok(run)
}

struct Median {
    user: Duration,
    peak: u64,
}

impl Median {
    fn of(runs: &[Run]) -> Self {
        Self { user: middle(runs.iter().map(|run| run.user)), peak: middle(runs.iter().map(|run| run.peak)) }
    }
}

impl std::fmt::Display for Median {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2} s and {} MB", self.user.as_secs_f64(), self.peak / 1_000_000)
    }
}

fn middle<T: Ord + Copy + Default>(values: impl Iterator<Item = T>) -> T {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn one_slow_run_does_not_move_the_median() {
        assert_eq!(super::middle([4, 1, 90, 2, 3].into_iter()), 3);
    }
}
