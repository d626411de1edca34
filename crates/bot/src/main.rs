//! `rampart-bot`: see the crate `bot`.

use std::{path::PathBuf, process::ExitCode};

use bot::{compare, load};
use clap::{Parser, Subcommand};
use daemon::{ledger_command, logs, program};
use ledger::Place;

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
    #[command(flatten)]
    Own(ledger_command::Look),
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
        Command::Run { config } => program::configured(load::load(&config), |config| {
            program::run(logs::level(config.log_level), |stop| bot::run(config, stop))
        }),
        Command::CheckConfig { file } => program::checked(&file, load::load(&file)),
        Command::Ledger { config, look } => program::configured(load::load(&config), |config| {
            looked(&Place::new(config.state_directory), &look)
        }),
    }
}

fn looked(place: &Place, look: &Look) -> ExitCode {
    match look {
        Look::Own(look) => look.at(place),
        Look::Compare { tenant, export, key } => compare::compare(place, tenant, export, key.as_deref())
            .map_or_else(|error| program::broken(&error), |found| differing(&found)),
    }
}

fn differing(found: &[compare::Difference]) -> ExitCode {
    if found.is_empty() {
        return program::said("both say the same");
    }
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    program::complain(&format!("the two ledgers differ\n  {}", lines.join("\n  ")), program::FAILED)
}
