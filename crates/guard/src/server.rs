//! The program's life: open the doors, serve, finish what is in flight.

use std::{
    future::Future,
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use daemon::{metrics::Page, reload::Hangups, state, stop};
use settings::guard::{Guard, Registration};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{connection::Connections, door::Door, metrics::Metrics, reload::Reload, terms::Live};

/// Why a program could not start.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {place}")]
pub struct StartError {
    /// Address or path.
    place: String,
    #[source]
    source: io::Error,
}

impl StartError {
    pub(crate) fn at(place: &dyn std::fmt::Display, source: io::Error) -> Self {
        Self { place: place.to_string(), source }
    }
}

/// How long a request may stand still, neither its body moving nor the homeserver's answer beginning. Longer than the
/// homeserver's own longest wait (Tuwunel: 240 s), so that the guard gives up only on one that hangs.
pub const ANSWER_TIMEOUT: Duration = Duration::from_mins(5);

/// Serves until `stop` is cancelled, and reads `file` again at every SIGHUP. The homeserver need not be there yet.
pub async fn run(config: Guard, file: PathBuf, stop: CancellationToken) -> Result<(), StartError> {
    let hangups = Hangups::listen().map_err(|source| StartError { place: "SIGHUP".to_owned(), source })?;
    start(config, ANSWER_TIMEOUT, Some((file, hangups)), stop).await
}

/// The same without a file, and with another patience for requests that stand still; then 408 or 504.
pub async fn serve(config: Guard, patience: Duration, stop: CancellationToken) -> Result<(), StartError> {
    start(config, patience, None, stop).await
}

async fn start(
    config: Guard,
    patience: Duration,
    file: Option<(PathBuf, Hangups)>,
    stop: CancellationToken,
) -> Result<(), StartError> {
    let doors = open(&config).await?;
    let places = doors.iter().map(place).collect::<Result<Vec<_>, _>>()?.join(" ");
    let (live, metrics) = (Arc::new(Live::new(&config)), Arc::new(Metrics::new()));
    let (numbers, socket) = (Arc::clone(&metrics), PathBuf::from(&config.upstream_socket));
    publish(config.metrics, move || {
        let (numbers, socket) = (Arc::clone(&numbers), socket.clone());
        async move { numbers.page(&socket).await }
    })
    .await?;
    let work = TaskTracker::new();
    let shared = (Arc::clone(&live), Arc::clone(&metrics));
    let connections = Arc::new(Connections::new(&config, shared.0, shared.1, work.clone(), patience));
    for door in doors {
        work.spawn(door.serve(Arc::clone(&connections), work.clone(), stop.clone()));
    }
    tracing::info!(doors = places, "ready");
    let (status, limit) = (format!("listening on {places}"), config.stop_timeout.as_std());
    state::ready(&status);
    match file {
        Some((file, hangups)) => {
            let reload = Reload { file, started: config, live, metrics, status };
            stop.run_until_cancelled(reload.run(hangups)).await;
        }
        None => stop.cancelled().await,
    }
    state::stopping();
    stop::drain(&work, limit).await;
    Ok(())
}

/// Opens the page with the numbers, where there is one.
pub(crate) async fn publish<F, W>(address: Option<SocketAddr>, write: F) -> Result<(), StartError>
where
    F: Fn() -> W + Send + Sync + 'static,
    W: Future<Output = String> + Send + 'static,
{
    let Some(address) = address else { return Ok(()) };
    let failed = |source| StartError::at(&address, source);
    let page = Page::open(address).await.map_err(failed)?;
    tracing::info!(address = %page.place().map_err(failed)?, "numbers");
    tokio::spawn(page.serve(write));
    Ok(())
}

/// Opens all doors or none.
async fn open(config: &Guard) -> Result<Vec<Door>, StartError> {
    let everywhere = config.registration == Registration::Everywhere;
    let room = || Arc::new(Semaphore::new(config.max_connections as usize));
    let (public, mut doors) = (room(), Vec::new());
    for address in &config.listen {
        let door = Door::on_address(*address, everywhere, Arc::clone(&public)).await;
        doors.push(door.map_err(|source| StartError { place: address.to_string(), source })?);
    }
    if let Some(path) = &config.enrol_socket {
        let door = Door::on_socket(Path::new(path), room());
        doors.push(door.map_err(|source| StartError { place: path.clone(), source })?);
    }
    Ok(doors)
}

fn place(door: &Door) -> Result<String, StartError> {
    door.place().map_err(|source| StartError { place: "an opened door".to_owned(), source })
}
