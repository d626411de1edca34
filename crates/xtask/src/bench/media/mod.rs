//! `cargo xtask bench-media`: what calls across the world are like, by mode, on real media servers and emulated distance.
//!
//! The lab measures (`tests/lab/measure`); this shows it. See `docs/media.md`.

mod films;
mod page;
mod plot;
mod report;

use anyhow::Result;
use camino::Utf8PathBuf;
use fs_err as fs;

use self::report::Report;
use super::{judged, lab, section};
use crate::{ci::Tally, repository};

const PAGE: &str = "docs/media.md";

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How often each call is held in each mode.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Seconds of each call.
    #[arg(long, default_value_t = 20)]
    seconds: u32,
    /// Write the figures into `docs/media.md`, `docs/media.svg` and `docs/media-4k.svg`.
    #[arg(long)]
    write: bool,
    /// Show figures that were measured before, and measure nothing.
    #[arg(long, value_name = "FILE")]
    from: Option<Utf8PathBuf>,
    /// Fail when a target is missed, or was not measured.
    #[arg(long)]
    strict: bool,
}

/// Measures, prints, and with `--write` writes.
pub(crate) fn run(options: &Options) -> Result<Tally> {
    let report: Report = if let Some(file) = &options.from {
        lab::read(file)?
    } else {
        let (rounds, seconds) = (options.rounds.to_string(), options.seconds.to_string());
        lab::measured(lab::command(&["measure", "--rounds", &rounds, "--seconds", &seconds]), None)?
    };
    let text = page::section(&report);
    println!("{text}");
    if options.write {
        section::write(PAGE, "bench-media", &text)?;
        for (file, picture) in
            [("media.svg", plot::draw(&report)?), ("media-4k.svg", plot::draw_large(&report)?)]
        {
            fs::write(repository::root().join("docs").join(file), picture)?;
        }
        println!("wrote {PAGE}, docs/media.svg and docs/media-4k.svg");
    }
    let targets = page::targets(&report);
    let missed = targets.iter().filter(|target| !target.is_kept()).count();
    let kept = targets.len() - missed;
    let mut tally = judged(kept, missed, "targets were missed or not measured", options.strict);
    let idle = report.saturated();
    if idle > 0 {
        tally.skipped.push(format!("{idle} kinds of call have no run that counts"));
    }
    Ok(tally)
}
