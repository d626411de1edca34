//! The doors: addresses for proxies and programs, a unix socket for the registration page.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
    time::Duration,
};

use daemon::socket::{self, SocketFile};
use socket2::{SockRef, TcpKeepalive};
use tokio::{
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    sync::Semaphore,
    time::sleep,
};
use tokio_util::{either::Either, sync::CancellationToken, task::TaskTracker};

use crate::{
    connection::{Connections, turn_away},
    proxy::Caller,
};

/// Connections that are told at the same time that there is no room; beyond that they are just closed.
const TURNED_AWAY: usize = 64;
/// Out of file descriptors: a pause lets connections end.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// A peer that has vanished without a word is noticed after this and a few probes.
const KEEPALIVE: Duration = Duration::from_mins(1);

/// A listening socket.
pub(crate) struct Door {
    listener: Listener,
    may_register: bool,
    room: Arc<Semaphore>,
    turned_away: Arc<Semaphore>,
}

enum Listener {
    Address(TcpListener),
    Socket(UnixListener, SocketFile),
}

type Stream = Either<TcpStream, UnixStream>;

impl Door {
    /// Listens on an address.
    pub(crate) async fn on_address(
        address: SocketAddr,
        may_register: bool,
        room: Arc<Semaphore>,
    ) -> io::Result<Self> {
        Ok(Self::new(Listener::Address(TcpListener::bind(address).await?), may_register, room))
    }

    /// Listens on a unix socket that only the group of the program may use. Registers.
    pub(crate) fn on_socket(path: &Path, room: Arc<Semaphore>) -> io::Result<Self> {
        let (listener, file) = socket::listen(path)?;
        Ok(Self::new(Listener::Socket(listener, file), true, room))
    }

    fn new(listener: Listener, may_register: bool, room: Arc<Semaphore>) -> Self {
        Self { listener, may_register, room, turned_away: Arc::new(Semaphore::new(TURNED_AWAY)) }
    }

    /// Where the door is.
    pub(crate) fn place(&self) -> io::Result<String> {
        match &self.listener {
            Listener::Address(listener) => Ok(listener.local_addr()?.to_string()),
            Listener::Socket(_, file) => Ok(file.path().display().to_string()),
        }
    }

    /// Lets connections in until `stop`; each becomes a task of `work`.
    pub(crate) async fn serve(self, all: Arc<Connections>, work: TaskTracker, stop: CancellationToken) {
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => return,
                accepted = self.accept() => accepted,
            };
            match accepted {
                Ok((stream, caller)) => self.admit(stream, caller, &all, &work, &stop),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    async fn accept(&self) -> io::Result<(Stream, Caller)> {
        let (stream, peer) = match &self.listener {
            Listener::Address(listener) => {
                let (stream, peer) = listener.accept().await?;
                tune(&stream);
                (Either::Left(stream), peer.ip())
            }
            Listener::Socket(listener, _) => {
                (Either::Right(listener.accept().await?.0), IpAddr::V4(Ipv4Addr::LOCALHOST))
            }
        };
        Ok((stream, Caller { peer, may_register: self.may_register }))
    }

    /// Serves the connection if there is room.
    fn admit(
        &self,
        stream: Stream,
        caller: Caller,
        all: &Arc<Connections>,
        work: &TaskTracker,
        stop: &CancellationToken,
    ) {
        if let Ok(place) = Arc::clone(&self.room).try_acquire_owned() {
            let served = Arc::clone(all).serve(stream, caller, stop.clone());
            work.spawn(async move {
                served.await;
                drop(place);
            });
            return;
        }
        all.turned_away();
        tracing::warn!(rule = "connections_full", client = %caller.peer, "refused");
        if let Ok(place) = Arc::clone(&self.turned_away).try_acquire_owned() {
            tokio::spawn(async move {
                turn_away(stream).await;
                drop(place);
            });
        }
    }
}

/// Small answers leave at once, and vanished peers are noticed. Both only help, so failing is no error.
fn tune(stream: &TcpStream) {
    let _ = stream.set_nodelay(true);
    let _ = SockRef::from(stream).set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEPALIVE));
}
