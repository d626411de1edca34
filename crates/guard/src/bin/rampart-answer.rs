//! `rampart-answer`: see the module `answer` of the crate `guard`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use daemon::{logs, program};
use guard::answer;
use settings::answer::Answer;
use tracing::level_filters::LevelFilter;

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
        Command::Run { config } => {
            with(&config, |level, answer| program::run(level, |stop| answer::run(answer, stop)))
        }
        Command::CheckConfig { file } => program::checked(&file, answer::load(&file)),
        Command::Selftest { config } => {
            with(&config, |level, answer| program::run(level, |stop| answer::selftest::run(answer, stop)))
        }
    }
}

fn with(file: &Path, act: impl FnOnce(LevelFilter, Answer) -> ExitCode) -> ExitCode {
    match answer::load(file) {
        Ok(config) => act(logs::level(config.log_level), config),
        Err(error) => program::unusable(&error),
    }
}
