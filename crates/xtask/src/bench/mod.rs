//! `cargo xtask bench`: how long checking and rendering a fleet takes, beside the same rules in Nix.

mod bars;
mod by_hand;
pub(crate) mod density;
pub(crate) mod dmz;
mod fleet;
pub(crate) mod ingress;
mod lab;
pub(crate) mod media;
mod nix;
mod release;
mod section;
mod stages;
mod steer;

pub(crate) use release::executable;
pub(crate) use stages::{Until, run as run_stages};
pub(crate) use steer::{Options as SteerOptions, run as run_steer};

use anyhow::Result;
use camino::Utf8Path;

use crate::ci::Tally;
use stages::Measured;

/// Sizes that are compared.
const SMALL: usize = 1_000;
const LARGE: usize = 10_000;
/// What issue 3 asks of speed and memory; docs/decisions/0014-speed.md says what it took.
const MILLISECONDS: f64 = 100.0;
const MEGABYTES: f64 = 64.0;
const GROWTH: f64 = 11.0;
const BY_HAND: f64 = 1.05;
/// Runs of each size; the quickest counts, because other work can only slow a run down.
const RUNS: usize = 10;

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Fail when a promise is not kept.
    #[arg(long)]
    strict: bool,
    /// Regions of the fleets.
    #[arg(long, default_value_t = 20)]
    regions: usize,
}

/// Measures both sizes and prints the table.
pub(crate) fn run(options: &Options) -> Result<Tally> {
    let executable = release::executable()?;
    let folder = tempfile::tempdir()?;
    let folder = Utf8Path::from_path(folder.path()).unwrap_or_else(|| Utf8Path::new("/tmp"));
    println!("{:>6} {}", "hosts", stages::COLUMNS);
    let small = measure(&executable, folder, SMALL, options.regions)?;
    let large = measure(&executable, folder, LARGE, options.regions)?;
    let growth = large.milliseconds() / small.milliseconds();
    println!("{LARGE} hosts cost {growth:.1} times what {SMALL} hosts cost");
    let checked = quickest(&executable, &folder.join(format!("{SMALL}.toml")), Until::Check)?;
    nix::compare(folder, SMALL, options.regions, &checked)?;
    let mut tally = Tally::default();
    let mut promises = vec![
        promise(&format!("{SMALL} hosts in {MILLISECONDS} ms"), small.milliseconds(), MILLISECONDS),
        promise(&format!("{SMALL} hosts in {MEGABYTES} MB"), small.megabytes(), MEGABYTES),
        promise(&format!("growth of at most {GROWTH}"), growth, GROWTH),
    ];
    match by_hand::compare()? {
        Ok(ratio) => promises.push(promise("a host through our modules and by hand", ratio, BY_HAND)),
        Err(why) => tally.skipped.push(format!("no host was evaluated: {why}")),
    }
    let broken = promises.iter().filter(|kept| !**kept).count();
    tally += judged(promises.len() - broken, broken, "promises of speed were not kept", options.strict);
    Ok(tally)
}

/// What a bench counts. What it misses is a failure where it is `strict`, else it is said.
fn judged(kept: usize, missed: usize, what: &str, strict: bool) -> Tally {
    let mut tally = Tally::of(kept, if strict { missed } else { 0 });
    if missed > 0 && !strict {
        tally.skipped.push(format!("{missed} {what}; `--strict` makes that a failure"));
    }
    tally
}

fn promise(what: &str, got: f64, limit: f64) -> bool {
    let kept = got <= limit;
    println!("{}: {what}: {got:.2}", if kept { "kept" } else { "NOT KEPT" });
    kept
}

fn measure(executable: &Utf8Path, folder: &Utf8Path, hosts: usize, regions: usize) -> Result<Measured> {
    let file = folder.join(format!("{hosts}.toml"));
    fs_err::write(&file, fleet::manifest(hosts, regions))?;
    let quickest = quickest(executable, &file, Until::Render)?;
    println!("{hosts:>6} {quickest}");
    Ok(quickest)
}

/// The quickest of some runs.
fn quickest(executable: &Utf8Path, file: &Utf8Path, until: Until) -> Result<Measured> {
    let mut best = stages::measure(executable, file, until)?;
    for _ in 1..RUNS {
        let next = stages::measure(executable, file, until)?;
        if next.milliseconds() < best.milliseconds() {
            best = next;
        }
    }
    Ok(best)
}
