//! `cargo xtask ci`: everything that a change must pass, the same on a desk and in CI.

mod installation;
mod report;
mod step;
mod steps;
mod tally;

pub(crate) use step::Step;
pub(crate) use tally::Tally;

use std::{process::ExitCode, time::Instant};

use installation::Daemons;
use report::{Line, Report};

/// Which steps to run.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Selection {
    /// Run only these steps.
    #[arg(long, value_name = "STEP", num_args = 1..)]
    only: Vec<Step>,
    /// Leave these steps out.
    #[arg(long, value_name = "STEP", num_args = 1..)]
    skip: Vec<Step>,
}

impl Selection {
    fn has(&self, step: Step) -> bool {
        (self.only.is_empty() || self.only.contains(&step)) && !self.skip.contains(&step)
    }
}

/// Runs the steps one after the other. A step that fails stops only those that need it.
pub(crate) fn run(selection: &Selection) -> ExitCode {
    let mut report = Report::default();
    let mut daemons = Daemons::new(selection.has(Step::Lab));
    for step in Step::ALL.into_iter().filter(|step| selection.has(*step)) {
        let failed = step.needs().iter().find(|needed| report.failed(**needed));
        let line = match failed {
            Some(needed) => {
                Line::skipped(step, format!("{} failed, and {} needs it", needed.name(), step.name()))
            }
            None => perform(step, &mut daemons),
        };
        report.add(line);
    }
    print!("{report}");
    if report.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn perform(step: Step, daemons: &mut Daemons) -> Line {
    println!("\n── {}: {}", step.name(), step.about());
    let start = Instant::now();
    let tally = steps::perform(step, daemons).unwrap_or_else(|error| {
        println!("{} failed: {error:#}", step.name());
        Tally::fault(format!("{error:#}"))
    });
    Line { step, time: start.elapsed(), tally }
}
