//! `rampart-answer`: see the module `answer` of the crate `guard`.

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use daemon::{logs, program};
use guard::answer;

/// The refusals of the Traefik beside it.
#[derive(Debug, Parser)]
#[command(name = "rampart-answer", version)]
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
    /// Fire what must be refused at the Traefik of this host (exit code 0: all refused, 1: something passed).
    Selftest {
        /// The configuration, JSON.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Run { config } => program::configured(answer::load(&config), |config| {
            program::run(logs::level(config.log_level), |stop| answer::run(config, stop))
        }),
        Command::CheckConfig { file } => program::checked(&file, answer::load(&file)),
        Command::Selftest { config } => program::configured(answer::load(&config), |config| {
            program::run(logs::level(config.log_level), |stop| answer::selftest::run(config, stop))
        }),
    }
}
