//! `rampart-guard`: see the crate `guard`.

use std::{
    io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand, ValueEnum};
use daemon::{logs, program};
use fs_err as fs;
use guard::{judge, load, survey};
use settings::guard::Guard;

/// The door in front of the homeserver.
#[derive(Debug, Parser)]
#[command(name = "rampart-guard", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until SIGTERM or SIGINT; SIGHUP reads the configuration again.
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
    /// List what the audit profile would not bind: encrypted rooms, rooms without the lock or of another version, server
    /// administrators (exit code 0: rooms are fine, 1: some are not, 2: no survey).
    Survey {
        /// The configuration, JSON: its homeserver and its room version count.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// File with the access token of a server administrator.
        #[arg(long, value_name = "FILE")]
        token_file: PathBuf,
        /// How to print it.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
    /// Say what would happen to a request, and why (exit code 0: passes, 1: refused, 2: cannot be read).
    Judge {
        /// The request as it goes over the wire; line ends may be plain, comments up to `---` are skipped.
        #[arg(value_name = "FILE.http")]
        file: PathBuf,
        /// The configuration, JSON: its policy and limits count. Without it: the audit profile as it is by default.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
}

/// How a survey is printed.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Run { config: file } => program::configured(load::load(&file), |config| {
            program::run(logs::level(config.log_level), |stop| guard::run(config, file, stop))
        }),
        Command::CheckConfig { file } => program::checked(&file, load::load(&file)),
        Command::Survey { config, token_file, format } => {
            program::configured(load::load(&config), |config| surveyed(&config, &token_file, format))
        }
        Command::Judge { file, config } => {
            let loaded = config.as_deref().map_or_else(load::audit_profile, load::load);
            program::configured(loaded, |config| judged(&file, &config))
        }
    }
}

fn judged(file: &Path, config: &Guard) -> ExitCode {
    match outcome(file, config) {
        Ok(outcome) => {
            let passes = matches!(outcome, judge::Outcome::Passes { .. });
            let code = program::said(&outcome);
            if passes { code } else { ExitCode::from(program::FAILED) }
        }
        Err(error) => program::complain(&format!("{}: {error}", file.display()), program::UNUSABLE),
    }
}

fn surveyed(config: &Guard, token: &Path, format: Format) -> ExitCode {
    match looked(config, token) {
        Ok(found) => {
            let text = match format {
                Format::Text => found.to_string(),
                Format::Json => serde_json::json!({ "survey": found }).to_string(),
            };
            let code = program::said(&text);
            if found.is_clean() { code } else { ExitCode::from(program::FAILED) }
        }
        Err(error) => program::complain(&error, program::UNUSABLE),
    }
}

fn looked(config: &Guard, token: &Path) -> Result<survey::Survey, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(survey::survey(config, token)).map_err(|error| program::chain(&error))
}

fn outcome(file: &Path, config: &Guard) -> io::Result<judge::Outcome> {
    let raw = judge::request(&fs::read(file)?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    runtime.block_on(judge::judge(config, &raw))
}
