//! All stages over one manifest, each timed. They run in a process of their own, so that its peak of memory is theirs.

use std::{
    fmt,
    mem::ManuallyDrop,
    process::{Command, ExitCode},
    time::Instant,
};

use anyhow::{Context as _, Result, bail};
use camino::Utf8Path;
use diag::{Code, Report};
use fleet::{Checked, Resolved, rules};
use manifest::{Files, Input};
use serde::{Deserialize, Serialize};

use crate::measure::{Run, measure as measure_process};

/// No address twice, no port twice on a host, no two networks that overlap.
const TWINS: [Code; 3] = [Code::AddressDuplicated, Code::PortTaken, Code::NetworksOverlap];

/// Milliseconds of each stage, and what came out.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Stages {
    parse: f64,
    resolve: f64,
    /// Those of the rules that are written in Nix, too, one after the other.
    twins: f64,
    check: f64,
    /// Every host, on all processors: its values, the rules on it, the text of its file.
    hosts: f64,
    bytes: usize,
}

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Until {
    /// To the rules across hosts.
    Check,
    /// To the text of the last host.
    Render,
}

/// One run.
#[derive(Debug)]
pub(super) struct Measured {
    stages: Stages,
    run: Run,
}

impl Measured {
    /// From the start of the process to its end, as a user waits for it.
    pub(super) fn milliseconds(&self) -> f64 {
        self.run.time.as_secs_f64() * 1_000.0
    }

    /// Of those, for the rules that are written in Nix, too.
    pub(super) fn twins_milliseconds(&self) -> f64 {
        self.stages.twins
    }

    /// The same, of all processors' time.
    pub(super) fn processor_milliseconds(&self) -> f64 {
        self.run.cpu.as_secs_f64() * 1_000.0
    }

    pub(super) fn megabytes(&self) -> f64 {
        f64::from(u32::try_from(self.run.peak / 1_000).unwrap_or(u32::MAX)) / 1_000.0
    }
}

/// Names of the columns of [`Measured`].
pub(super) const COLUMNS: &str = " parse  resolve   check   hosts    wall ms   cpu ms  peak MB  written MB";

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stages { parse, resolve, check, hosts, bytes, .. } = self.stages;
        write!(f, "{parse:>6.1} {resolve:>8.1} {check:>7.1} {hosts:>7.1}")?;
        let (wall, cpu) = (self.milliseconds(), self.processor_milliseconds());
        write!(f, " {wall:>10.1} {cpu:>8.1} {:>8.1} {:>11}", self.megabytes(), bytes / 1_000_000)
    }
}

/// Runs the stages in a process of their own.
pub(super) fn measure(executable: &Utf8Path, manifest: &Utf8Path, until: Until) -> Result<Measured> {
    let until = if until == Until::Check { "check" } else { "render" };
    let run =
        measure_process(Command::new(executable).args(["stages", manifest.as_str(), "--until", until]))?;
    if !run.status.success() {
        bail!("the stages failed: {}", run.stderr);
    }
    Ok(Measured { stages: serde_json::from_str(&run.stdout)?, run })
}

/// What that process does.
pub(crate) fn run(manifest: &Utf8Path, until: Until) -> Result<ExitCode> {
    let fleet = Input { name: manifest.to_string(), bytes: fs_err::read(manifest)? };
    let mut clock = Clock(Instant::now());
    let parsed = manifest::parse(Files { fleet, ..Files::default() });
    let parse = clock.lap();
    let (resolved, complaints) = fleet::resolve(parsed.written);
    let resolved = resolved.with_context(|| format!("{complaints:?}"))?;
    let resolve = clock.lap();
    // Not in a run whose time is a promise.
    let twins = if until == Until::Check { twins(&resolved, &mut clock) } else { 0.0 };
    let (checked, complaints) = fleet::check(resolved);
    // As in `rampart`.
    let checked = ManuallyDrop::new(checked.with_context(|| format!("{complaints:?}"))?);
    let check = clock.lap();
    let bytes = if until == Until::Render { written(&checked)? } else { 0 };
    let stages = Stages { parse, resolve, twins, check, hosts: clock.lap(), bytes };
    println!("{}", serde_json::to_string(&stages)?);
    Ok(ExitCode::SUCCESS)
}

/// Milliseconds of the rules that tests/eval/bench-rules.nix has, too.
fn twins(resolved: &Resolved, clock: &mut Clock) -> f64 {
    let mut report = Report::default();
    for rule in rules::ALL.iter().filter(|rule| TWINS.contains(&rule.code)) {
        (rule.check)(resolved, &mut report);
    }
    clock.lap()
}

/// What `rampart render` does with each host, except that the text is counted and not written.
fn written(checked: &Checked) -> Result<usize> {
    let lengths = render::hosts(checked, |host| {
        let complaints = render::check_host(&host.json);
        if complaints.has_errors(false) {
            bail!("{complaints:?}");
        }
        Ok(host.text().len())
    });
    lengths.into_iter().sum()
}

struct Clock(Instant);

impl Clock {
    /// Milliseconds since the last lap.
    fn lap(&mut self) -> f64 {
        let time = self.0.elapsed();
        self.0 = Instant::now();
        time.as_secs_f64() * 1_000.0
    }
}
