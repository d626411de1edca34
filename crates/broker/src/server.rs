//! The program's life: replay the ledger, open the doors, serve, sign the ledger's end.

use std::{io, path::Path, sync::Arc, time::Duration};

use broker_api::Caller;
use daemon::{
    http::{Door, Limits},
    state as systemd, stop,
};
use jiff::Timestamp;
use ledger::LedgerError;
use settings::broker::Broker;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    book::Book,
    desk::Desk,
    directory::{Directory, DirectoryError},
    door::Entrance,
    event::Event,
    homeserver::Homeserver,
    settle,
    state::{self, State},
};

/// Why the broker could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The ledger is not as it was left.
    #[error("the ledger cannot be used")]
    Ledger(#[from] LedgerError),
    /// A record of another version, or none of the broker's.
    #[error(
        "record {sequence} of the ledger is not one of the broker's: {source}\n  help: run the version that wrote it"
    )]
    Record {
        /// Its number.
        sequence: u64,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A secret is not there.
    #[error("{file}: {what}\n  help: {help}")]
    Secret {
        /// The file.
        file: String,
        /// What is wrong.
        what: &'static str,
        /// What to do.
        help: &'static str,
    },
    /// A door does not open.
    #[error(
        "cannot listen on {place}: {cause}\n  help: `ss -lntxp` shows whether another program has it; an address must be the \
         host's own, that of the tunnel once the tunnel is up; the folder of a socket must be the program's"
    )]
    Listen {
        /// Address or path.
        place: String,
        /// What the system said. It is in the text, before the help, so it is no `source`.
        cause: io::Error,
    },
    /// The directory's settings cannot be used.
    #[error("the directory cannot be asked")]
    Directory(#[from] DirectoryError),
}

/// What a door puts up with. The bot keeps no connection between its questions.
fn limits(config: &Broker) -> Limits {
    Limits {
        connections: config.max_connections as usize,
        header_timeout: Duration::from_secs(10),
        connection_timeout: Duration::from_mins(5),
        header_bytes: 8192,
    }
}

/// Serves until `stop` is cancelled. The homeserver need not be there yet.
pub async fn run(config: Broker, stop: CancellationToken) -> Result<(), StartError> {
    let desk = Arc::new(open_desk(&config)?);
    let work = TaskTracker::new();
    let doors = open_doors(&config, &desk, &work).await?;
    let places: Vec<String> = doors.iter().map(|(door, _)| door.place()).collect();
    for (door, entrance) in doors {
        work.spawn(door.serve(entrance.router(), limits(&config), work.clone(), stop.clone()));
    }
    work.spawn(settle::run(Arc::clone(&desk), stop.clone()));
    tracing::info!(doors = places.join(" "), records = desk.records(), "ready");
    systemd::ready(&format!("listening on {}", places.join(" ")));
    stop.cancelled().await;
    systemd::stopping();
    stop::drain(&work, config.stop_timeout.as_std()).await;
    desk.seal();
    Ok(())
}

/// Reads ledger and secrets.
pub(crate) fn open_desk(config: &Broker) -> Result<Desk, StartError> {
    let state = State::new(&config.state_directory);
    let (mut book, mut fault) = (Book::default(), None);
    let (ledger, opened) = state.ledger().open(Timestamp::now(), |record| match Event::of(record) {
        Ok(Some(event)) => book.apply(record.time, &event),
        Ok(None) => {}
        Err(source) => fault = fault.take().or(Some((record.sequence, source))),
    })?;
    if let Some((sequence, source)) = fault {
        return Err(StartError::Record { sequence, source });
    }
    if let Some(recovered) = opened.recovered {
        tracing::warn!(
            bytes = recovered.bytes,
            "an interrupted record was taken off the ledger; another one says so"
        );
    }
    let token =
        needed(&state.admin_token(), "run `rampart-broker bootstrap` with the same configuration first")?;
    let timeout = config.upstream_timeout.as_std();
    let homeserver = Homeserver::new(&config.homeserver, timeout, token);
    let directory =
        config.directory.as_ref().map(|settings| Directory::new(settings, timeout)).transpose()?;
    Ok(Desk::new(homeserver, config.guests.clone(), directory, book, ledger))
}

async fn open_doors(
    config: &Broker,
    desk: &Arc<Desk>,
    work: &TaskTracker,
) -> Result<Vec<(Door, Entrance)>, StartError> {
    let entrance = |caller, token| {
        Entrance::new(Arc::clone(desk), caller, token, config.requests_per_second, work.clone())
    };
    let failed = |place: &str, cause| StartError::Listen { place: place.to_owned(), cause };
    let mut doors = Vec::new();
    if let Some(guests) = &config.guests {
        let token = needed(
            Path::new(&guests.client_token_file),
            "render and deploy the secret `broker-client-token`",
        )?;
        let door = Door::on_address(guests.listen).await;
        let door = door.map_err(|source| failed(&guests.listen.to_string(), source))?;
        doors.push((door, entrance(Caller::Bot, Some(token))));
    }
    let caller = if config.guests.is_some() { Caller::Page } else { Caller::Core };
    let door = Door::on_socket(Path::new(&config.socket)).map_err(|source| failed(&config.socket, source))?;
    doors.push((door, entrance(caller, None)));
    Ok(doors)
}

/// A secret of at least 16 characters.
fn needed(file: &Path, help: &'static str) -> Result<zeroize::Zeroizing<String>, StartError> {
    let fault = |what| StartError::Secret { file: file.display().to_string(), what, help };
    match state::read(file) {
        Err(_) => Err(fault("cannot be read")),
        Ok(None) => Err(fault("is not there")),
        Ok(Some(secret)) if secret.len() < 16 => Err(fault("is blank or too short")),
        Ok(Some(secret)) => Ok(secret),
    }
}
