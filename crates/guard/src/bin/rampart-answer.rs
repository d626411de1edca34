//! `rampart-answer`: see the module `answer` of the crate `guard`.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use daemon::program;
use guard::{answer, load};

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
    let (file, act): (_, fn(settings::answer::Answer, &Path) -> ExitCode) = match &Cli::parse().command {
        Command::Run { config } => (config.clone(), |answer, _| {
            program::run(load::level(answer.log_level), |stop| answer::run(answer, stop))
        }),
        Command::CheckConfig { file } => {
            (file.clone(), |_, file| said(&format!("{}: can be used", file.display())))
        }
        Command::Selftest { config } => (config.clone(), |answer, _| {
            program::run(load::level(answer.log_level), |stop| answer::selftest::run(answer, stop))
        }),
    };
    match answer::load(&file) {
        Ok(config) => act(config, &file),
        Err(error) => program::unusable(&error),
    }
}

fn said(line: &str) -> ExitCode {
    match writeln!(io::stdout(), "{line}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(program::FAILED),
    }
}
