//! `rampart-guard`: see the crate `guard`.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use daemon::program;
use guard::load;

/// The door in front of the homeserver.
#[derive(Debug, Parser)]
#[command(name = "rampart-guard", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until SIGTERM or SIGINT.
    Run {
        /// The configuration, JSON.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// Say whether a configuration can be used (exit code 0 or 2).
    CheckConfig {
        /// The configuration, JSON.
        file: PathBuf,
    },
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Run { config } => run(&config),
        Command::CheckConfig { file } => check(&file),
    }
}

fn run(file: &Path) -> ExitCode {
    match load::load(file) {
        Ok(config) => program::run(load::level(config.log_level), |stop| guard::run(config, stop)),
        Err(error) => program::unusable(&error),
    }
}

fn check(file: &Path) -> ExitCode {
    match load::load(file) {
        Ok(_) => said(&format!("{}: can be used", file.display())),
        Err(error) => program::unusable(&error),
    }
}

fn said(line: &str) -> ExitCode {
    match writeln!(io::stdout(), "{line}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(program::FAILED),
    }
}
