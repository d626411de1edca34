//! `rampart-steer`: see the crate `steer`.

use std::{
    io,
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use clap::{Parser, Subcommand};
use daemon::{logs, program};
use steer::{drains, load};
use steering::{ServerStatus, Status};
use values::Name;

/// Tells each client the closest media server.
#[derive(Debug, Parser)]
#[command(name = "rampart-steer", version)]
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
    /// Print the state of the foci as JSON.
    Status {
        #[command(flatten)]
        running: Running,
    },
    /// Take a media server out of every list; running calls go on. Lasts until `undrain`, over restarts too.
    Drain {
        /// The host.
        host: Name,
        #[command(flatten)]
        running: Running,
    },
    /// Put a media server back into the lists.
    Undrain {
        /// The host.
        host: Name,
        #[command(flatten)]
        running: Running,
    },
}

/// Where the running program is.
#[derive(Debug, clap::Args)]
struct Running {
    /// Its local address.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9102")]
    local: SocketAddr,
    /// Its drain folder.
    #[arg(long, value_name = "FOLDER", default_value = "/var/lib/rampart-steer/draining")]
    folder: PathBuf,
}

/// How long the running program may take to notice.
const NOTICE: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Run { config } => program::configured(load::load(&config), |loaded| {
            program::run(logs::level(loaded.config.log_level), |stop| steer::run(loaded, stop))
        }),
        Command::CheckConfig { file } => program::checked(&file, load::load(&file)),
        Command::Status { running } => print(steer::status(running.local).map_err(Failure::from)),
        Command::Drain { host, running } => print(change(&host, true, &running)),
        Command::Undrain { host, running } => print(change(&host, false, &running)),
    }
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Status(#[from] steer::StatusError),
    #[error("there is no media server `{0}`\n  help: `rampart-steer status` lists them")]
    Unknown(Name),
    #[error("{}: cannot be changed: {cause}\n  help: run this as root", folder.display())]
    Folder { folder: PathBuf, cause: io::Error },
    #[error("rampart-steer has not noticed within {} s\n  help: `journalctl -u rampart-steer` may say why; the deployed manifest may say otherwise", NOTICE.as_secs())]
    Unnoticed,
}

/// Writes the word, and waits until the running program tells clients accordingly.
fn change(host: &Name, draining: bool, running: &Running) -> Result<Status, Failure> {
    if server(&steer::status(running.local)?, host).is_none() {
        return Err(Failure::Unknown(host.clone()));
    }
    let folder = &running.folder;
    let done = if draining { drains::add(folder, host) } else { drains::remove(folder, host) };
    done.map_err(|cause| Failure::Folder { folder: folder.clone(), cause })?;
    let end = Instant::now() + NOTICE;
    loop {
        let status = steer::status(running.local)?;
        if server(&status, host).is_some_and(|server| server.draining == draining) {
            return Ok(status);
        }
        if Instant::now() > end {
            return Err(Failure::Unnoticed);
        }
        thread::sleep(Duration::from_millis(100));
    }
}

fn server<'s>(status: &'s Status, host: &Name) -> Option<&'s ServerStatus> {
    status.foci.iter().flat_map(|focus| &focus.servers).find(|server| server.host == *host)
}

fn print(status: Result<Status, Failure>) -> ExitCode {
    match status {
        Ok(status) => program::said(&serde_json::to_string_pretty(&status).unwrap_or_default()),
        Err(failure) => program::complain(&failure, program::UNUSABLE),
    }
}
