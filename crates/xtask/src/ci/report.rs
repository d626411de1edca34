//! The table at the end.

use std::{fmt, time::Duration};

use super::{Step, Tally};

/// What became of one step.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) step: Step,
    pub(super) time: Duration,
    pub(super) tally: Tally,
}

impl Line {
    /// A step that was not run.
    pub(super) fn skipped(step: Step, why: String) -> Self {
        Self { step, time: Duration::ZERO, tally: Tally::skipped(why) }
    }

    fn word(&self) -> &'static str {
        match &self.tally {
            Tally { failed: 1.., .. } => "FAILED",
            Tally { passed: 0, skipped, .. } if !skipped.is_empty() => "SKIPPED",
            _ => "ok",
        }
    }
}

/// All steps that were run.
#[derive(Debug, Default)]
pub(super) struct Report {
    lines: Vec<Line>,
}

impl Report {
    pub(super) fn add(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// Whether `step` was run and failed.
    pub(super) fn failed(&self, step: Step) -> bool {
        self.lines.iter().any(|line| line.step == step && line.tally.failed > 0)
    }

    /// Whether something was looked at, and nothing was wrong.
    pub(super) fn passed(&self) -> bool {
        let sum = self.sum();
        sum.failed == 0 && sum.passed + sum.skipped.len() > 0
    }

    fn sum(&self) -> Tally {
        self.lines.iter().map(|line| line.tally.clone()).sum()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\n{:<10} {:<8} {:>8} {:>7} {:>7} {:>8}",
            "step", "", "seconds", "passed", "failed", "skipped"
        )?;
        for line in &self.lines {
            let Tally { passed, failed, skipped, .. } = &line.tally;
            let (name, word, seconds) = (line.step.name(), line.word(), line.time.as_secs_f32());
            writeln!(f, "{name:<10} {word:<8} {seconds:>8.1} {passed:>7} {failed:>7} {:>8}", skipped.len())?;
        }
        for line in &self.lines {
            for why in &line.tally.skipped {
                writeln!(f, "\n!!! SKIPPED in {}: {}", line.step.name(), indented(why))?;
            }
        }
        for line in &self.lines {
            for what in &line.tally.faults {
                writeln!(f, "\n!!! FAILED in {}: {}", line.step.name(), indented(what))?;
            }
        }
        let Tally { passed, failed, skipped, .. } = self.sum();
        writeln!(f, "\n{passed} passed, {failed} failed, {} skipped", skipped.len())
    }
}

/// Text of several lines, each of which can be seen to belong to the first.
fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n!!! ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(tallies: &[(Step, Tally)]) -> Report {
        let line =
            |(step, tally): &(Step, Tally)| Line { step: *step, time: Duration::ZERO, tally: tally.clone() };
        Report { lines: tallies.iter().map(line).collect() }
    }

    #[test]
    fn ends_with_the_sums_alone_on_a_line() {
        let text = report(&[
            (Step::Fmt, Tally::passed()),
            (Step::Test, Tally::of(40, 2)),
            (Step::Lab, Tally::skipped("no root\nat all")),
        ])
        .to_string();
        assert_eq!(text.lines().last(), Some("41 passed, 2 failed, 1 skipped"));
        assert!(text.contains("!!! SKIPPED in lab: no root\n!!! at all"), "{text}");
    }

    #[test]
    fn names_at_its_end_what_failed() {
        let text = report(&[
            (Step::Lab, Tally::fault("story one FAILED")),
            (Step::Doc, Tally::fault("cargo doc: 1\n")),
        ])
        .to_string();
        let end: Vec<_> = text.lines().rev().take(5).collect();
        assert_eq!(
            end[2..],
            ["!!! FAILED in doc: cargo doc: 1", "", "!!! FAILED in lab: story one FAILED"],
            "{text}"
        );
    }

    #[test]
    fn one_failure_is_enough_and_nothing_at_all_is_no_success() {
        assert!(report(&[(Step::Fmt, Tally::passed())]).passed());
        assert!(!report(&[(Step::Fmt, Tally::passed()), (Step::Doc, Tally::failed())]).passed());
        assert!(!report(&[]).passed());
    }
}
