//! `rampart-broker`: see the crate `broker`.

use std::{
    error::Error,
    io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use broker::{bootstrap, inspect, load};
use clap::{Parser, Subcommand};
use daemon::{logs, program};
use settings::broker::Broker;
use tracing::level_filters::LevelFilter;

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
    match Cli::parse().command {
        Command::Run { config } => {
            with(&config, |level, config| program::run(level, |stop| broker::run(config, stop)))
        }
        Command::Bootstrap { config } => {
            with(&config, |level, config| program::run(level, |stop| bootstrap::run(config, stop)))
        }
        Command::Environment { credential, out } => bootstrap::environment(&credential, &out)
            .map_or_else(|error| complain(&error), |()| ExitCode::SUCCESS),
        Command::CheckConfig { file } => program::checked(&file, load::load(&file)),
        Command::Ledger { config, look } => with(&config, |_, config| looked(&config, &look)),
    }
}

fn with(file: &Path, act: impl FnOnce(LevelFilter, Broker) -> ExitCode) -> ExitCode {
    match load::load(file) {
        Ok(config) => act(logs::level(config.log_level), config),
        Err(error) => program::unusable(&error),
    }
}

fn complain(error: &(dyn Error + 'static)) -> ExitCode {
    program::complain(&program::chain(error), program::FAILED)
}

fn looked(config: &Broker, look: &Look) -> ExitCode {
    let outcome = match look {
        Look::Verify { key } => inspect::verify(config, key.as_deref()).map(|summary| {
            let (records, checkpoint) = (summary.records, summary.checkpoint);
            program::said(&format!(
                "sound: {records} records, last checkpoint {checkpoint}, ends with {}",
                summary.hash
            ))
        }),
        Look::Export => {
            inspect::export(config, &mut io::BufWriter::new(io::stdout().lock())).map(|()| ExitCode::SUCCESS)
        }
        Look::PublicKey => inspect::public_key(config).map(|key| program::said(&key)),
    };
    outcome.unwrap_or_else(|error| complain(&error))
}
