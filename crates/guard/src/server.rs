//! The program's life: open the doors, serve, finish what is in flight.

use std::{io, path::Path, sync::Arc, time::Duration};

use daemon::{state, stop};
use settings::guard::{Guard, Registration};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{connection::Connections, door::Door};

/// Why the guard could not start.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {place}")]
pub struct StartError {
    /// Address or path.
    place: String,
    #[source]
    source: io::Error,
}

/// How long a request may stand still, neither its body moving nor the homeserver's answer beginning. Longer than the
/// homeserver's own longest wait (Tuwunel: 240 s), so that the guard gives up only on one that hangs.
pub const ANSWER_TIMEOUT: Duration = Duration::from_mins(5);

/// Serves until `stop` is cancelled. The homeserver need not be there yet.
pub async fn run(config: Guard, stop: CancellationToken) -> Result<(), StartError> {
    serve(config, ANSWER_TIMEOUT, stop).await
}

/// The same with another patience for requests that stand still; then 408 or 504.
pub async fn serve(config: Guard, patience: Duration, stop: CancellationToken) -> Result<(), StartError> {
    let doors = open(&config).await?;
    let places = doors.iter().map(place).collect::<Result<Vec<_>, _>>()?.join(" ");
    let connections = Arc::new(Connections::new(&config, patience));
    let work = TaskTracker::new();
    for door in doors {
        work.spawn(door.serve(Arc::clone(&connections), work.clone(), stop.clone()));
    }
    tracing::info!(doors = places, "ready");
    state::ready(&format!("listening on {places}"));
    stop.cancelled().await;
    state::stopping();
    stop::drain(&work, config.stop_timeout.as_std()).await;
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
