//! `rampart-enrol`: see the crate `enrol`.

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use daemon::{logs, program};
use enrol::load;

/// The page on which guests make their accounts.
#[derive(Debug, Parser)]
#[command(name = "rampart-enrol", version)]
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
        Command::Run { config } => program::configured(load::load(&config), |config| {
            program::run(logs::level(config.log_level), |stop| enrol::run(config, stop))
        }),
        Command::CheckConfig { file } => program::checked(&file, load::load(&file)),
    }
}
