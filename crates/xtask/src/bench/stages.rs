//! All stages over one manifest, each timed. They run in a process of their own, so that its peak of memory is theirs.

use std::{
    fmt,
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use camino::Utf8Path;
use manifest::{Files, Input};
use serde::{Deserialize, Serialize};

use crate::measure::measure as measure_process;

/// Milliseconds of each stage.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Stages {
    parse: f64,
    resolve: f64,
    check: f64,
    render: f64,
    hosts: usize,
    bytes: usize,
}

/// One run.
#[derive(Debug)]
pub(super) struct Measured {
    stages: Stages,
    peak: u64,
    wall: Duration,
}

impl Measured {
    /// Check and render, with all that comes before.
    pub(super) fn milliseconds(&self) -> f64 {
        let Stages { parse, resolve, check, render, .. } = self.stages;
        parse + resolve + check + render
    }

    pub(super) fn megabytes(&self) -> f64 {
        f64::from(u32::try_from(self.peak / 1_000).unwrap_or(u32::MAX)) / 1_000.0
    }

    /// From start to end of the process.
    pub(super) fn wall(&self) -> Duration {
        self.wall
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stages { parse, resolve, check, render, .. } = self.stages;
        let (sum, peak, wall) = (self.milliseconds(), self.megabytes(), self.wall.as_secs_f64() * 1_000.0);
        write!(f, "{parse:>9.1} {resolve:>9.1} {check:>9.1} {render:>9.1} {sum:>9.1} {peak:>8.1} {wall:>9.1}")
    }
}

/// Runs the stages in a process of their own.
pub(super) fn measure(executable: &Utf8Path, manifest: &Utf8Path) -> Result<Measured> {
    let run = measure_process(Command::new(executable).args(["stages", manifest.as_str()]))?;
    if !run.status.success() {
        bail!("the stages failed: {}", run.stderr);
    }
    Ok(Measured { stages: serde_json::from_str(&run.stdout)?, peak: run.peak, wall: run.time })
}

/// What that process does.
pub(crate) fn run(manifest: &Utf8Path) -> Result<ExitCode> {
    let fleet = Input { name: manifest.to_string(), bytes: fs_err::read(manifest)? };
    let mut clock = Clock(Instant::now());
    let parsed = manifest::parse(Files { fleet, ..Files::default() });
    let parse = clock.lap();
    let (resolved, complaints) = fleet::resolve(parsed.written);
    let resolved = resolved.with_context(|| format!("{complaints:?}"))?;
    let resolve = clock.lap();
    let (checked, complaints) = fleet::check(resolved);
    let checked = checked.with_context(|| format!("{complaints:?}"))?;
    let check = clock.lap();
    let texts = render::hosts(&checked).map(|host| {
        let faults = render::check_host(&host.json).len();
        host.text().len() + faults
    });
    let (hosts, bytes) = texts.fold((0, 0), |(hosts, sum), bytes| (hosts + 1, sum + bytes));
    let stages = Stages { parse, resolve, check, render: clock.lap(), hosts, bytes };
    println!("{}", serde_json::to_string(&stages)?);
    Ok(ExitCode::SUCCESS)
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
