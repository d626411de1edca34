//! Developer tasks, run as `cargo xtask TASK`.
#![expect(clippy::print_stdout, reason = "a developer tool prints plain lines")]

mod generate;
mod repository;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Developer tasks of Rampart")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write the files that are derived from Rust: option descriptions and the schema of the manifest.
    Generate {
        /// Write nothing; fail when a file is stale.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> anyhow::Result<ExitCode> {
    match Arguments::parse().task {
        Task::Generate { check } => generate::run(check),
    }
}
