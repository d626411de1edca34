//! The section of the page with the figures.

use std::fmt::Write as _;

use super::PER_CORE;

/// Part of the processors that nobody else may want before the run; else it shows the machine.
const IDLE: f64 = 0.85;

/// All that was measured in one run.
pub(super) struct Run {
    /// Part of the processors that was idle before it.
    pub(super) idle: f64,
    pub(super) processors: usize,
    pub(super) clients: usize,
    /// Steering, then the homeserver.
    pub(super) rows: [Row; 2],
    /// Answers of steering for each second of a processor.
    pub(super) per_core: f64,
}

/// Who was asked. Times are milliseconds.
pub(super) struct Row {
    pub(super) name: String,
    /// In a second.
    pub(super) answers: f64,
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) worst: f64,
}

/// A promise of docs/claims.md and what came of it.
pub(super) struct Target {
    pub(super) what: &'static str,
    pub(super) got: String,
    pub(super) kept: bool,
}

impl Run {
    pub(super) fn is_quiet(&self) -> bool {
        self.idle >= IDLE
    }

    pub(super) fn targets(&self) -> [Target; 2] {
        let [ours, theirs] = &self.rows;
        [
            Target {
                what: "at least 5,000 answers for each second of a processor",
                got: format!("{:.0}", self.per_core),
                kept: self.per_core >= PER_CORE,
            },
            Target {
                what: "p99 of steering not above the homeserver's",
                got: format!("{:.2} ms, {:.2} ms", ours.p99, theirs.p99),
                kept: ours.p99 > 0.0 && ours.p99 <= theirs.p99,
            },
        ]
    }
}

/// The section, Markdown.
pub(super) fn section(run: &Run) -> String {
    let mut out = format!(
        "{} processors, {:.0} % of them idle before it: {}. {} connections ask without a pause, steering and the homeserver in \
         turn.\n\n| asked | answers a second | p50, ms | p99, ms | worst, ms |\n|---|---|---|---|---|\n",
        run.processors,
        run.idle * 100.0,
        if run.is_quiet() { "quiet" } else { "busy" },
        run.clients,
    );
    for Row { name, answers, p50, p99, worst } in &run.rows {
        let _ = writeln!(out, "| {name} | {answers:.0} | {p50:.2} | {p99:.2} | {worst:.2} |");
    }
    out += "\n| target | this run | |\n|---|---|---|\n";
    for Target { what, got, kept } in run.targets() {
        let _ = writeln!(out, "| {what} | {got} | {} |", if kept { "kept" } else { "**missed**" });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(idle: f64, p99: f64, per_core: f64) -> Run {
        let row = |name: &str, p99| Row { name: name.to_owned(), answers: 900.0, p50: 0.2, p99, worst: 50.0 };
        Run {
            idle,
            processors: 2,
            clients: 8,
            rows: [row("rampart-steer", p99), row("Synapse", 65.0)],
            per_core,
        }
    }

    #[test]
    fn the_page_says_what_was_kept_and_whether_the_machine_was_quiet() {
        let good = section(&run(0.95, 3.4, 82_800.0));
        assert!(good.contains("95 % of them idle before it: quiet."), "{good}");
        assert!(good.contains("| rampart-steer | 900 | 0.20 | 3.40 | 50.00 |\n| Synapse |"), "{good}");
        assert!(good.contains("| 82800 | kept |") && good.contains("| 3.40 ms, 65.00 ms | kept |"), "{good}");
        let bad = section(&run(0.3, 70.0, 4_999.0));
        assert!(bad.contains("30 % of them idle before it: busy."), "{bad}");
        assert_eq!(bad.matches("**missed**").count(), 2, "{bad}");
    }

    #[test]
    fn what_was_never_answered_keeps_no_promise() {
        assert!(!run(1.0, 0.0, 0.0).targets().iter().any(|target| target.kept));
    }
}
