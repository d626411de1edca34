//! `cargo xtask bench-ingress`: what the way through Traefik and guard costs, beside what it could be instead, in one run.
//!
//! All ways are open at once and are asked in turn, round after round, so that whatever else the machine does meets all of
//! them alike; what is compared is always of the same round. See `docs/audit.md`.

mod figures;
mod homeserver;
mod memory;
mod page;
mod plot;
mod process;
mod rounds;
mod targets;
mod verdicts;
mod ways;
mod wire;

use std::{env, os::unix::process::CommandExt as _, process::Command, time::Duration};

use anyhow::{Context as _, Result};
use camino::Utf8Path;
use fs_err as fs;

pub(in crate::bench) use self::{homeserver::Homeserver, ways::free_port};
use self::{
    memory::Memory,
    process::Process,
    rounds::Rounds,
    targets::Outcome,
    verdicts::Verdict,
    ways::{Built, Upstream, Ways},
};
use super::section;
use crate::{ci::Tally, command, repository};

const PAGE: &str = "docs/audit.md";
const PICTURE: &str = "docs/audit.svg";

/// What to measure.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Options {
    /// Rounds; in each, every way is asked once for every kind of request.
    #[arg(long, default_value_t = 24)]
    pairs: usize,
    /// Milliseconds that a way is saturated for, in each round.
    #[arg(long, default_value_t = 1_000)]
    saturated: u64,
    /// Write the figures into `docs/audit.md`, and `docs/audit.svg`.
    #[arg(long)]
    write: bool,
    /// Fail when a target is missed.
    #[arg(long)]
    strict: bool,
    /// Ask with this program as it was built, and not with an optimised one.
    #[arg(long, hide = true)]
    as_built: bool,
}

/// All that was measured in one run.
struct Run {
    homeserver: String,
    pairs: usize,
    /// Of the machine, before the first round.
    load: String,
    rounds: Rounds,
    memory: Memory,
    verdicts: Vec<Verdict>,
}

/// Measures, prints, and with `--write` writes the section of the page.
pub(crate) fn run(options: &Options) -> Result<Tally> {
    if cfg!(debug_assertions) && !options.as_built {
        return optimised();
    }
    let load = fs::read_to_string("/proc/loadavg")?;
    let built = build()?;
    println!("verdicts …");
    let verdicts = verdicts::measure()?;
    let folder = tempfile::tempdir()?;
    let folder = Utf8Path::from_path(folder.path()).context("the temporary folder has an odd name")?;
    let null = Upstream { name: "null", port: free_port()?, socket: folder.join("null.sock") };
    let real = Upstream { name: "real", port: free_port()?, socket: folder.join("real.sock") };
    let _nothing = nothing(folder, &built, &null)?;
    println!("starting the homeserver …");
    let homeserver = Homeserver::start(folder, real.port, &real.socket)?;
    let ways = Ways::open(folder, &built, &null, &real)?;
    println!("{}, {} rounds …", homeserver.name, options.pairs);
    let rounds =
        Rounds::measure(&ways, &homeserver, options.pairs, Duration::from_millis(options.saturated))?;
    drop(ways);
    let memory = memory::measure(folder, &built, &null)?;
    let run = Run {
        homeserver: homeserver.name,
        pairs: options.pairs,
        load: load.split(' ').next().unwrap_or_default().to_owned(),
        rounds,
        memory,
        verdicts,
    };
    let targets = targets::of(&run);
    let text = page::section(&run, &targets);
    println!("{text}");
    if options.write {
        section::write(PAGE, "bench-ingress", &text)?;
        fs::write(repository::root().join(PICTURE), plot::draw(&run.rounds, &run.homeserver)?)?;
        println!("wrote {PAGE} and {PICTURE}");
    }
    let count = |outcome| targets.iter().filter(|target| target.outcome == outcome).count();
    let missed = count(Outcome::Missed);
    let kept = targets.len() - missed - count(Outcome::Shown);
    Ok(super::judged(kept, missed, "targets were missed", options.strict))
}

/// Becomes the same program, optimised: what asks should cost little.
fn optimised() -> Result<Tally> {
    let program = super::executable()?;
    let error = Command::new(&program).args(env::args_os().skip(1)).exec();
    Err(anyhow::Error::new(error).context(format!("{program}: cannot be started")))
}

/// The homeserver that does nothing.
fn nothing(folder: &Utf8Path, built: &Built, upstream: &Upstream) -> Result<Process> {
    let address = format!("127.0.0.1:{}", upstream.port);
    let mut command = Command::new(&built.parts);
    command.args(["null", &address, upstream.socket.as_str()]);
    Process::start("null", &mut command, folder)?.listening(upstream.port)
}

/// Builds what is measured, as it is shipped.
fn build() -> Result<Built> {
    let words = ["build", "--release", "--quiet", "--package=guard", "--bins", "--example=bench_parts"];
    command::run(&mut command::cargo(&words))?;
    let folder = repository::target()?.join("release");
    Ok(Built { guard: folder.join("rampart-guard"), parts: folder.join("examples/bench_parts") })
}
