//! `rampart-broker`: see the crate `broker`.

use std::{
    error::Error,
    fmt::Display,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use broker::{bootstrap, inspect, load};
use clap::{Parser, Subcommand};
use daemon::program;
use settings::broker::Broker;

/// A closed list of verbs before the admin API of a homeserver.
#[derive(Debug, Parser)]
#[command(name = "rampart-broker", version)]
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
    /// Make the first administrator; on the core also the bot's account. Can be repeated.
    Bootstrap {
        /// The configuration, JSON.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// Write the environment with which Tuwunel makes its administrator. It holds the one-time password.
    Environment {
        /// The credential `homeserver-bootstrap`.
        credential: PathBuf,
        /// Where to.
        out: PathBuf,
    },
    /// Say whether a configuration can be used (exit code 0 or 2).
    CheckConfig {
        /// The configuration, JSON.
        file: PathBuf,
    },
    /// Look at the ledger.
    Ledger {
        /// The configuration, JSON.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        #[command(subcommand)]
        look: Look,
    },
}

#[derive(Debug, Subcommand)]
enum Look {
    /// Check that no byte was changed and nothing cut off (exit code 0 or 1).
    Verify {
        /// Public key as it was noted elsewhere.
        #[arg(long, value_name = "HEX")]
        key: Option<String>,
    },
    /// Write all records, and the signed head as the last line.
    Export,
    /// Print the public key, to be noted elsewhere.
    PublicKey,
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    let file = match &command {
        Command::Run { config } | Command::Bootstrap { config } | Command::Ledger { config, .. } => config,
        Command::CheckConfig { file } => file,
        Command::Environment { credential, out } => return environment(credential, out),
    };
    let config = match load::load(file) {
        Ok(config) => config,
        Err(error) => return program::unusable(&error),
    };
    let level = load::level(config.log_level);
    match command {
        Command::Run { .. } => program::run(level, |stop| broker::run(config, stop)),
        Command::Bootstrap { .. } => program::run(level, |stop| bootstrap::run(config, stop)),
        Command::Environment { credential, out } => environment(&credential, &out),
        Command::CheckConfig { file } => said(&format!("{}: can be used", file.display())),
        Command::Ledger { look, .. } => looked(&config, &look),
    }
}

fn environment(credential: &Path, out: &Path) -> ExitCode {
    bootstrap::environment(credential, out).map_or_else(|error| complain(&error), |()| ExitCode::SUCCESS)
}

fn complain(error: &(dyn Error + 'static)) -> ExitCode {
    // Without standard error the exit code alone must tell.
    let _ = writeln!(io::stderr(), "error: {}", program::chain(error));
    ExitCode::from(program::FAILED)
}

fn looked(config: &Broker, look: &Look) -> ExitCode {
    let outcome = match look {
        Look::Verify { key } => inspect::verify(config, key.as_deref()).map(|summary| {
            let (records, checkpoint) = (summary.records, summary.checkpoint);
            said(&format!(
                "sound: {records} records, last checkpoint {checkpoint}, ends with {}",
                summary.hash
            ))
        }),
        Look::Export => {
            inspect::export(config, &mut io::BufWriter::new(io::stdout().lock())).map(|()| ExitCode::SUCCESS)
        }
        Look::PublicKey => inspect::public_key(config).map(|key| said(&key)),
    };
    outcome.unwrap_or_else(|error| complain(&error))
}

fn said(line: &impl Display) -> ExitCode {
    match writeln!(io::stdout(), "{line}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(program::FAILED),
    }
}
