//! All stages over one manifest, each timed. They run in a process of their own, so that its peak of memory is theirs.

use std::{
    fmt,
    process::{Command, ExitCode},
    time::Instant,
};

use anyhow::{Context as _, Result, bail};
use camino::Utf8Path;
use fleet::Checked;
use manifest::{Files, Input};
use serde::{Deserialize, Serialize};

use crate::measure::{Run, measure as measure_process};

/// Milliseconds of each stage, and what came out.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Stages {
    parse: f64,
    resolve: f64,
    check: f64,
    /// The values of every host.
    render: f64,
    /// Rules on every rendered host.
    judge: f64,
    /// The text of every host's file.
    text: f64,
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
    /// All stages. They run on one processor, so other work on the machine is left out where it shows.
    pub(super) fn milliseconds(&self) -> f64 {
        self.sum().min(self.run.cpu.as_secs_f64() * 1_000.0)
    }

    fn sum(&self) -> f64 {
        let Stages { parse, resolve, check, render, judge, text, .. } = self.stages;
        parse + resolve + check + render + judge + text
    }

    pub(super) fn megabytes(&self) -> f64 {
        f64::from(u32::try_from(self.run.peak / 1_000).unwrap_or(u32::MAX)) / 1_000.0
    }

    /// From start to end of the process, of the processor's time.
    pub(super) fn process(&self) -> f64 {
        self.run.cpu.as_secs_f64() * 1_000.0
    }
}

/// Names of the columns of [`Measured`].
pub(super) const COLUMNS: &str =
    " parse  resolve   check  render   judge    text     sum ms   cpu ms  peak MB  written MB";

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stages { parse, resolve, check, render, judge, text, bytes } = self.stages;
        write!(f, "{parse:>6.1} {resolve:>8.1} {check:>7.1} {render:>7.1} {judge:>7.1} {text:>7.1}")?;
        let (sum, cpu, peak, written) = (self.sum(), self.process(), self.megabytes(), bytes / 1_000_000);
        write!(f, " {sum:>10.1} {cpu:>8.1} {peak:>8.1} {written:>11}")
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
    let (checked, complaints) = fleet::check(resolved);
    let checked = checked.with_context(|| format!("{complaints:?}"))?;
    let check = clock.lap();
    let mut stages = Stages { parse, resolve, check, render: 0.0, judge: 0.0, text: 0.0, bytes: 0 };
    if until == Until::Render {
        render(&checked, &mut clock, &mut stages)?;
    }
    println!("{}", serde_json::to_string(&stages)?);
    Ok(ExitCode::SUCCESS)
}

/// One host after the other, as the command does it, so that never more than one is in memory.
fn render(checked: &Checked, clock: &mut Clock, stages: &mut Stages) -> Result<()> {
    for host in render::hosts(checked) {
        stages.render += clock.lap();
        let complaints = render::check_host(&host.json);
        if complaints.has_errors(false) {
            bail!("{complaints:?}");
        }
        stages.judge += clock.lap();
        stages.bytes += host.text().len();
        stages.text += clock.lap();
    }
    Ok(())
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
