//! `rampart-broker`: see the crate `broker`.

use std::{path::PathBuf, process::ExitCode};

use broker::{bootstrap, load, staff};
use clap::{Parser, Subcommand};
use daemon::{ledger_command::Look, logs, program};
use ledger::Place;
use tracing::level_filters::LevelFilter;

/// Where a host has the configuration (`modules/daemons/broker.nix`).
const CONFIG: &str = "/etc/rampart/rampart-broker.json";

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
    /// Staff accounts, on the core, as root.
    #[command(after_help = "Example: rampart-broker account create anna")]
    Account {
        /// The configuration, JSON.
        #[arg(long, value_name = "FILE", default_value = CONFIG)]
        config: PathBuf,
        #[command(subcommand)]
        order: staff::Order,
    },
    /// Look at the ledger.
    Ledger {
        /// The configuration, JSON.
        #[arg(long, value_name = "FILE", default_value = CONFIG)]
        config: PathBuf,
        #[command(subcommand)]
        look: Look,
    },
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Run { config } => program::configured(load::load(&config), |config| {
            program::run(logs::level(config.log_level), |stop| broker::run(config, stop))
        }),
        Command::Bootstrap { config } => program::configured(load::load(&config), |config| {
            program::run(logs::level(config.log_level), |stop| bootstrap::run(config, stop))
        }),
        Command::Environment { credential, out } => bootstrap::environment(&credential, &out)
            .map_or_else(|error| program::broken(&error), |()| ExitCode::SUCCESS),
        Command::CheckConfig { file } => program::checked(&file, load::load(&file)),
        Command::Account { config, order } => program::configured(load::load(&config), |config| {
            program::run(LevelFilter::WARN, |stop| staff::run(config, order, stop))
        }),
        Command::Ledger { config, look } => {
            program::configured(load::load(&config), |config| look.at(&Place::new(config.state_directory)))
        }
    }
}
