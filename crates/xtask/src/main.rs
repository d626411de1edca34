//! Developer tasks, run as `cargo xtask TASK`.
#![expect(clippy::print_stdout, reason = "a developer tool prints plain lines")]

mod bench;
mod cache;
mod ci;
mod command;
mod effect;
mod eval;
mod fuzz;
mod generate;
mod house;
mod lab;
mod measure;
mod nix;
mod parity;
mod repository;
mod vendor;

use std::process::ExitCode;

use anyhow::Result;
use camino::Utf8PathBuf;
use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;

use ci::{Selection, Tally};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Developer tasks of Rampart")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Everything that a change must pass, the same here and in CI.
    Ci(Selection),
    /// Write the files that are derived from Rust: option descriptions and the schema of the manifest.
    Generate {
        /// Write nothing; fail when a file is stale.
        #[arg(long)]
        check: bool,
    },
    /// Check the rules of the house: crate graph, pure layers, files, words, cases.
    House,
    /// Check syntax, format and option names of all Nix files, without Nix.
    Nix,
    /// Format all Nix files.
    FmtNix,
    /// The whole fleet on this machine, on real daemons: up, status, browser, shell, logs, run, soak, edges, down.
    #[command(disable_help_flag = true)]
    Lab {
        /// Command line of the lab; `--help` shows it.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Time check and render of large fleets, beside the same rules in Nix.
    Bench(bench::Options),
    /// Measure how many people a media server carries, and what an idle edge takes; on an idle machine.
    BenchDensity(bench::density::Options),
    /// Measure what letting guests in takes: the bot's answers, the page, memory; on an idle machine.
    BenchDmz(bench::dmz::Options),
    /// Measure what the way through Traefik and guard costs, beside what it could be instead; on an idle machine.
    BenchIngress(bench::ingress::Options),
    /// Measure what calls across the world are like, by mode, with emulated distance; on an idle machine.
    BenchMedia(bench::media::Options),
    /// Measure how many clients steering can tell where to go, beside a homeserver.
    BenchSteer(bench::SteerOptions),
    /// Run the stages over one manifest and print their times.
    #[command(hide = true)]
    Stages {
        /// The manifest.
        manifest: Utf8PathBuf,
        /// The last stage.
        #[arg(long, value_enum)]
        until: bench::Until,
    },
    /// Try broken manifests.
    FuzzManifest(fuzz::Options),
    /// Compare what Rust, JSON Schema and NixOS say to values of every option.
    Parity,
    /// Let Nix evaluate hosts, modules, deploy tools' nodes and what must be refused.
    Eval {
        /// Parts of attribute paths; without any, everything.
        attributes: Vec<String>,
    },
}

/// Rendering is thousands of small allocations for each host (docs/decisions/0014-speed.md).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> Result<ExitCode> {
    match Arguments::parse().task {
        Task::Ci(selection) => Ok(ci::run(&selection)),
        Task::Generate { check } => closing(generate::run(check)),
        Task::House => closing(house::check()),
        Task::Nix => closing(nix::check()),
        Task::FmtNix => nix::write_format(),
        Task::Lab { arguments } => lab::run(&arguments),
        Task::Bench(options) => closing(bench::run(&options)),
        Task::BenchDensity(options) => closing(bench::density::run(&options)),
        Task::BenchDmz(options) => closing(bench::dmz::run(&options)),
        Task::BenchIngress(options) => closing(bench::ingress::run(&options)),
        Task::BenchSteer(options) => closing(bench::run_steer(&options)),
        Task::BenchMedia(options) => closing(bench::media::run(&options)),
        Task::FuzzManifest(options) => closing(fuzz::run(&options)),
        Task::Stages { manifest, until } => bench::run_stages(&manifest, until),
        Task::Parity => closing(parity::check()),
        Task::Eval { attributes } => closing(eval::check(&attributes)),
    }
}

/// Says what was skipped, and fails when something did.
fn closing(tally: Result<Tally>) -> Result<ExitCode> {
    let tally = tally?;
    for why in &tally.skipped {
        println!("\n!!! SKIPPED: {}", why.replace('\n', "\n!!! "));
    }
    println!("\n{} passed, {} failed, {} skipped", tally.passed, tally.failed, tally.skipped.len());
    Ok(if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
