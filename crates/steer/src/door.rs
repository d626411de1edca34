//! The door for clients, behind the gateway.

use std::{
    convert::Infallible,
    io,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use daemon::client;
use http::Response;
use http_body_util::Full;
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use settings::{discovery::Surface, steer::Steer};
use steering::SteeringMap;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::sleep,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    answer::{self, Asked},
    board::Board,
    geoip::Geoip,
    metrics::Metrics,
};

/// Out of file descriptors: a pause lets connections end.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Longer than Traefik keeps an idle connection (90 s), or reused connections break.
const HEADER_TIMEOUT: Duration = Duration::from_mins(2);
/// Nothing that is asked here needs more.
const HEADER_BYTES: usize = 64 * 1024;

/// What a request is answered from.
pub(crate) struct Desk {
    pub(crate) config: Arc<Steer>,
    pub(crate) map: Arc<SteeringMap>,
    pub(crate) board: Arc<Board>,
    pub(crate) geoip: Arc<Geoip>,
    pub(crate) metrics: Arc<Metrics>,
}

/// A listening socket.
pub(crate) struct Door {
    listener: TcpListener,
    room: Arc<Semaphore>,
}

impl Door {
    pub(crate) async fn open(address: SocketAddr, connections: u32) -> io::Result<Self> {
        let room = Arc::new(Semaphore::new(connections as usize));
        Ok(Self { listener: TcpListener::bind(address).await?, room })
    }

    pub(crate) fn place(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Lets connections in until `stop`; each becomes a task of `work`. Beyond the room they are closed, and the gateway
    /// gives the static list.
    pub(crate) async fn serve(self, desk: Arc<Desk>, work: TaskTracker, stop: CancellationToken) {
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => return,
                accepted = self.listener.accept() => accepted,
            };
            let Ok((stream, peer)) = accepted else {
                sleep(ACCEPT_PAUSE).await;
                continue;
            };
            if let Ok(place) = Arc::clone(&self.room).try_acquire_owned() {
                let (desk, stop) = (Arc::clone(&desk), stop.clone());
                work.spawn(async move {
                    desk.metrics.connections().inc();
                    serve(stream, peer.ip(), &desk, stop).await;
                    desk.metrics.connections().dec();
                    drop(place);
                });
            } else {
                tracing::warn!("there is no room for another connection");
            }
        }
    }
}

/// Serves a connection until it ends. After `stop` the request in flight is finished and nothing more is read.
async fn serve(stream: TcpStream, peer: IpAddr, desk: &Desk, stop: CancellationToken) {
    // Small answers leave at once; failing is no error.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request: Request<Incoming>| {
        let response = desk.answer(&request, peer);
        async { Ok::<_, Infallible>(response) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT).max_buf_size(HEADER_BYTES);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = stop.cancelled() => None,
    };
    let ended = if let Some(ended) = ended {
        ended
    } else {
        connection.as_mut().graceful_shutdown();
        connection.await
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
}

impl Desk {
    fn answer(&self, request: &Request<Incoming>, peer: IpAddr) -> Response<Full<Bytes>> {
        match answer::asked(request.method(), request.uri().path()) {
            Asked::Give(surface) => self.give(surface, request, peer),
            Asked::Alive => answer::alive(),
            Asked::Preflight => answer::preflight(),
            Asked::Refuse(refusal) => {
                self.metrics.refused(refusal);
                answer::refuse(refusal)
            }
        }
    }

    fn give(&self, surface: Surface, request: &Request<Incoming>, peer: IpAddr) -> Response<Full<Bytes>> {
        let client = client::address(peer, request.headers(), &self.config.trusted_proxies);
        let located = self.map.locate(client, |address| self.geoip.origin(address));
        self.metrics.gave(surface, located.by);
        let region = self.map.regions().get(located.region);
        tracing::debug!(%client, region = region.map(values::Name::as_str), by = located.by.word(), "told");
        // Every region has its answers; an empty object would be an answer without foci.
        answer::json(self.board.get(located.region, surface).unwrap_or_default())
    }
}
