//! `rampart-bot`: see the crate `bot`.

use std::{
    error::Error,
    io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use bot::{inspect, load};
use clap::{Parser, Subcommand};
use daemon::{logs, program};
use settings::bot::Bot;
use tracing::level_filters::LevelFilter;

/// Takes orders about guests in a restricted room.
#[derive(Debug, Parser)]
#[command(name = "rampart-bot", version)]
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
    /// Hold it against what a tenant's broker exported (exit code 0: they say the same; 1).
    Compare {
        /// The tenant.
        tenant: String,
        /// What `rampart-broker ledger export` wrote.
        export: PathBuf,
        /// Public key of the broker as it was noted elsewhere.
        #[arg(long, value_name = "HEX")]
        key: Option<String>,
    },
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Run { config } => {
            with(&config, |level, config| program::run(level, |stop| bot::run(config, stop)))
        }
        Command::CheckConfig { file } => program::checked(&file, load::load(&file)),
        Command::Ledger { config, look } => with(&config, |_, config| looked(&config, &look)),
    }
}

fn with(file: &Path, act: impl FnOnce(LevelFilter, Bot) -> ExitCode) -> ExitCode {
    match load::load(file) {
        Ok(config) => act(logs::level(config.log_level), config),
        Err(error) => program::unusable(&error),
    }
}

fn complain(error: &(dyn Error + 'static)) -> ExitCode {
    program::complain(&program::chain(error), program::FAILED)
}

fn looked(config: &Bot, look: &Look) -> ExitCode {
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
        Look::Compare { tenant, export, key } => {
            inspect::compare(config, tenant, export, key.as_deref()).map(|found| differing(&found))
        }
    };
    outcome.unwrap_or_else(|error| complain(&error))
}

fn differing(found: &[inspect::Difference]) -> ExitCode {
    if found.is_empty() {
        return program::said("both say the same");
    }
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    program::complain(&format!("the two ledgers differ\n  {}", lines.join("\n  ")), program::FAILED)
}
