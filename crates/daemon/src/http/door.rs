//! A listening socket that serves a router within limits.

use std::{io, net::SocketAddr, path::Path, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, UnixListener},
    sync::Semaphore,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::socket::{self, SocketFile};

/// Out of file descriptors: a pause lets connections end.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What a door puts up with.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at once; more are closed at once.
    pub connections: usize,
    /// Longest time for a client to send its headers.
    pub header_timeout: Duration,
    /// Longest time for one connection, whatever it does.
    pub connection_timeout: Duration,
    /// Bytes of request headers.
    pub header_bytes: usize,
}

/// A listening socket.
pub struct Door {
    listener: Listener,
}

enum Listener {
    Address(TcpListener),
    Socket(UnixListener, SocketFile),
}

impl Door {
    /// Listens on an address.
    pub async fn on_address(address: SocketAddr) -> io::Result<Self> {
        Ok(Self { listener: Listener::Address(TcpListener::bind(address).await?) })
    }

    /// Listens on a unix socket that only the program's user and group may use.
    pub fn on_socket(path: &Path) -> io::Result<Self> {
        let (listener, file) = socket::listen(path)?;
        Ok(Self { listener: Listener::Socket(listener, file) })
    }

    /// Where the door is.
    pub fn place(&self) -> String {
        match &self.listener {
            Listener::Address(listener) => {
                listener.local_addr().map_or_else(|_| "an address".to_owned(), |address| address.to_string())
            }
            Listener::Socket(_, file) => file.path().display().to_string(),
        }
    }

    /// Serves `router` until `stop`; each connection becomes a task of `work` and finishes the request in flight.
    pub async fn serve(self, router: Router, limits: Limits, work: TaskTracker, stop: CancellationToken) {
        let room = Arc::new(Semaphore::new(limits.connections));
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => return,
                accepted = self.accept() => accepted,
            };
            let stream = match accepted {
                Ok(stream) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            let Ok(place) = Arc::clone(&room).try_acquire_owned() else {
                tracing::warn!(rule = "connections_full", "a connection was closed");
                continue;
            };
            let (router, stop) = (router.clone(), stop.clone());
            work.spawn(async move {
                serve(stream, router, limits, stop).await;
                drop(place);
            });
        }
    }

    async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        Ok(match &self.listener {
            Listener::Address(listener) => {
                let stream = listener.accept().await?.0;
                let _ = stream.set_nodelay(true);
                Box::new(stream)
            }
            Listener::Socket(listener, _) => Box::new(listener.accept().await?.0),
        })
    }
}

/// A connection of either kind.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

async fn serve(stream: Box<dyn Stream>, router: Router, limits: Limits, stop: CancellationToken) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_header_size(limits.header_bytes)
        .max_buf_size(limits.header_bytes.max(8192));
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let served = async {
        let mut connection = pin!(connection);
        tokio::select! {
            end = connection.as_mut() => return end,
            () = stop.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        connection.await
    };
    match timeout(limits.connection_timeout, served).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "a connection broke off"),
        Err(_) => tracing::debug!("a connection had its time"),
    }
}
