//! The program's life: look around, open the door, serve, finish what is in flight.

use std::{io, net::SocketAddr, sync::Arc};

use daemon::{metrics::Page, state, stop};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    board::Board,
    door::{Desk, Door},
    geoip::Geoip,
    load::Loaded,
    local::Pages,
    look::Looker,
    metrics::Metrics,
    watchers::Watchers,
};

/// Why the program could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// No TLS.
    #[error("cannot set up TLS")]
    Tls(#[from] rustls::Error),
}

/// Serves until `stop` is cancelled. The media servers need not be there yet.
pub async fn run(loaded: Loaded, stop: CancellationToken) -> Result<(), StartError> {
    let (config, map) = (Arc::new(loaded.config), Arc::new(loaded.map));
    let listen = |address| move |source| StartError::Listen { address, source };
    let local = Page::open(config.local).await.map_err(listen(config.local))?;
    let door = Door::open(config.listen, config.max_connections).await.map_err(listen(config.listen))?;
    let place = door.place().map_err(listen(config.listen))?;
    let (board, metrics) = (Arc::new(Board::new(Arc::clone(&map))), Arc::new(Metrics::new()));
    let geoip = Arc::new(Geoip::new(config.geoip_database.as_deref()));
    let looker = Looker::new()?;
    let watchers = Arc::new(Watchers::new(Arc::clone(&config), Arc::clone(&board)));
    geoip.refresh();
    // Nobody is sent to a server that is known to be dead. It lasts as long as one look may last.
    watchers.first_round(&looker).await;

    let background = TaskTracker::new();
    let pages =
        Pages { watchers: Arc::clone(&watchers), metrics: Arc::clone(&metrics), geoip: Arc::clone(&geoip) };
    let looking = background.spawn(watchers.run(looker, Arc::clone(&geoip)));
    let pages = Arc::new(pages);
    let showing = background.spawn(local.serve_each(move |path| {
        let pages = Arc::clone(&pages);
        async move { pages.at(&path) }
    }));

    let work = TaskTracker::new();
    let limit = config.stop_timeout.as_std();
    let desk = Arc::new(Desk { config, map, board, geoip, metrics });
    work.spawn(door.serve(desk, work.clone(), stop.clone()));
    tracing::info!(%place, "ready");
    state::ready(&format!("listening on {place}"));
    stop.cancelled().await;
    state::stopping();
    stop::drain(&work, limit).await;
    looking.abort();
    showing.abort();
    Ok(())
}
