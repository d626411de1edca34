//! `cargo xtask bench-dmz`: what letting guests in takes: the bot's answers, the page, and the memory of the DMZ host.
//!
//! The lab measures (`tests/lab/measure/guests.py`) the programs as they are released; this shows it. What is compared is of
//! one run, in turn. See `docs/guests.md`.

mod page;
mod report;

use anyhow::Result;
use camino::Utf8PathBuf;

use self::report::Report;
use super::{judged, lab, release, section};
use crate::ci::Tally;

const PAGE: &str = "docs/guests.md";
/// Below this part of idle processors, what is measured is the machine.
const IDLE: f64 = 0.15;
/// The packages whose programs the lab takes.
const PACKAGES: [&str; 6] = ["rampart", "guard", "steer", "bot", "broker", "enrol"];

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How often the bot is given an order, and a person says something that another one repeats.
    #[arg(long, default_value_t = 60)]
    orders: u32,
    /// Seconds for which the page is asked, in each of three rounds.
    #[arg(long, default_value_t = 7)]
    seconds: u32,
    /// Write the figures into `docs/guests.md`.
    #[arg(long)]
    write: bool,
    /// Keep the figures in this file.
    #[arg(long, value_name = "FILE")]
    out: Option<Utf8PathBuf>,
    /// Show figures that were measured before, and measure nothing.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["out", "orders", "seconds"])]
    from: Option<Utf8PathBuf>,
    /// Fail when a target is missed.
    #[arg(long)]
    strict: bool,
}

/// Measures, prints, and with `--write` writes.
pub(crate) fn run(options: &Options) -> Result<Tally> {
    let report: Report = if let Some(file) = &options.from {
        lab::read(file)?
    } else {
        let (orders, seconds) = (options.orders.to_string(), options.seconds.to_string());
        let mut lab = lab::command(&["measure-guests", "--orders", &orders, "--seconds", &seconds]);
        lab.env("RAMPART_BIN", release::build(&PACKAGES)?);
        lab::measured(lab, options.out.as_deref())?
    };
    let text = page::section(&report);
    println!("\n{text}");
    if options.write {
        section::write(PAGE, "bench-dmz", &text)?;
        println!("wrote {PAGE}");
    }
    let targets = report.targets();
    let missed = targets.iter().filter(|target| !target.is_kept()).count();
    let mut tally = judged(targets.len() - missed, missed, "targets were missed", options.strict);
    if report.idle < IDLE {
        tally.skipped.push("the processors had no time left: times are those of a busy machine".to_owned());
    }
    Ok(tally)
}
