//! `cargo xtask bench-media`: what calls across the world are like, by mode, on real media servers and emulated distance.
//!
//! The lab measures (`tests/lab/measure`); this shows it. See `docs/media.md`.

mod page;
mod plot;
mod report;

use std::process::Command;

use anyhow::{Context as _, Result};
use camino::Utf8PathBuf;
use fs_err as fs;

use self::report::Report;
use super::section;
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
    /// Write the figures into `docs/media.md`, and `docs/media.svg`.
    #[arg(long)]
    write: bool,
    /// Show figures that were measured before, and measure nothing.
    #[arg(long, value_name = "FILE")]
    from: Option<Utf8PathBuf>,
    /// Fail when a target is missed.
    #[arg(long)]
    strict: bool,
}

/// Measures, prints, and with `--write` writes.
pub(crate) fn run(options: &Options) -> Result<Tally> {
    let folder = tempfile::tempdir()?;
    let measured =
        Utf8PathBuf::from_path_buf(folder.path().join("figures.json")).ok().context("an odd folder")?;
    let file = options.from.as_ref().unwrap_or(&measured);
    if options.from.is_none() {
        let mut lab = Command::new(repository::root().join("tests/lab/lab"));
        lab.current_dir(repository::root()).args(["measure", "--out", measured.as_str()]);
        lab.args(["--rounds", &options.rounds.to_string(), "--seconds", &options.seconds.to_string()]);
        // Its progress is for people who wait.
        let status = lab.status().context("the lab cannot be started")?;
        anyhow::ensure!(status.success(), "the lab measured nothing");
    }
    let report: Report =
        serde_json::from_str(&fs::read_to_string(file)?).with_context(|| format!("{file}: no figures"))?;
    let text = page::section(&report);
    println!("{text}");
    if options.write {
        section::write(PAGE, "bench-media", &text)?;
        fs::write(repository::root().join("docs/media.svg"), plot::draw(&report)?)?;
        println!("wrote {PAGE} and docs/media.svg");
    }
    let targets = page::targets(&report);
    let missed = targets.iter().filter(|target| !target.kept).count();
    let mut tally = Tally::of(targets.len() - missed, if options.strict { missed } else { 0 });
    let idle = report.saturated();
    if idle > 0 {
        tally.skipped.push(format!("{idle} kinds of call only saturated the processors"));
    }
    Ok(tally)
}
