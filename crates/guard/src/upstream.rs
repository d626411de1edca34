//! The way to the homeserver: pooled connections over its unix socket.

use std::{
    error::Error,
    future::Future,
    io,
    path::PathBuf,
    pin::{Pin, pin},
    sync::{Arc, LazyLock},
    task::{Context, Poll},
    time::Duration,
};

use daemon::program;
use http::{
    Request, Response, StatusCode, Uri, Version,
    uri::{Authority, Parts, Scheme},
};
use http_body::Body as _;
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{
        Client, Error as ClientError,
        connect::{Connected, Connection},
    },
    rt::{TokioExecutor, TokioIo, TokioTimer},
};
use settings::guard::Guard;
use tokio::{
    net::UnixStream,
    time::{Instant, sleep, sleep_until, timeout},
};
use tower_service::Service;

use crate::{
    body::{BodyFault, Counted, Progress},
    pieces::{Bodies, Pieces},
    refusal::Refusal,
};

/// Connections kept open to the homeserver while nobody uses them, and for how long.
const IDLE_CONNECTIONS: usize = 256;
const IDLE_TIME: Duration = Duration::from_mins(1);
/// Bounds what a connection holds of a response: its head, and with `pieces` what is read at a time.
const ANSWER_BYTES: usize = 64 * 1024;
/// The same for a connection on which a body goes up, where it bounds what waits to be written, too.
const BODY_BYTES: usize = 16 * 1024;
/// A full queue of the socket is tried again after this.
const QUEUE_PAUSE: Duration = Duration::from_millis(5);

/// Why an admitted request has no answer from the homeserver, and what the system said about it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) refusal: Refusal,
    pub(crate) cause: Option<String>,
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, cause: None }
    }
}

/// The homeserver.
pub(crate) struct Upstream {
    /// For requests without a body.
    asking: Client<Connector, Counted>,
    /// For the others.
    telling: Client<Connector, Counted>,
    patience: Duration,
}

impl Upstream {
    pub(crate) fn new(config: &Guard, patience: Duration, bodies: &Bodies) -> Self {
        let connector = Connector {
            socket: Arc::new(PathBuf::from(&config.upstream_socket)),
            limit: config.upstream_connect_timeout.as_std(),
            bodies: bodies.clone(),
        };
        let client = |bytes| {
            Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(IDLE_TIME)
                .pool_max_idle_per_host(IDLE_CONNECTIONS)
                .http1_max_buf_size(bytes)
                .set_host(false)
                .build(connector.clone())
        };
        Self { asking: client(ANSWER_BYTES), telling: client(BODY_BYTES), patience }
    }

    /// Sends a request and waits for the head of the answer, as long as something moves.
    pub(crate) async fn send(
        &self,
        mut request: Request<Counted>,
        progress: &Progress,
    ) -> Result<Response<Incoming>, Failure> {
        *request.uri_mut() = pooled(std::mem::take(request.uri_mut()))?;
        *request.version_mut() = Version::HTTP_11;
        let client = if request.body().is_end_stream() { &self.asking } else { &self.telling };
        let mut answer = pin!(client.request(request));
        loop {
            let deadline = progress.last() + self.patience;
            tokio::select! {
                answer = &mut answer => return accept(answer),
                () = sleep_until(deadline) => if progress.last() + self.patience <= Instant::now() {
                    return Err(stalled(progress).into());
                },
            }
        }
    }
}

/// The one name in the pool.
static HOMESERVER: LazyLock<Authority> = LazyLock::new(|| Authority::from_static("homeserver"));

/// The client keeps one pool for each authority; there is one homeserver. On the wire only the path is sent.
fn pooled(uri: Uri) -> Result<Uri, Refusal> {
    let mut parts = Parts::default();
    parts.scheme = Some(Scheme::HTTP);
    parts.authority = Some(HOMESERVER.clone());
    parts.path_and_query = uri.into_parts().path_and_query;
    Uri::from_parts(parts).map_err(|_| Refusal::HostBad)
}

fn stalled(progress: &Progress) -> Refusal {
    if progress.waits_for_client() { Refusal::BodyStalled } else { Refusal::UpstreamSilent }
}

/// Nobody has asked for another protocol, so an answer that switches to one is nonsense.
fn accept(answer: Result<Response<Incoming>, ClientError>) -> Result<Response<Incoming>, Failure> {
    match answer {
        Ok(answer) if answer.status() == StatusCode::SWITCHING_PROTOCOLS => {
            Err(Refusal::UpstreamBroken.into())
        }
        Ok(answer) => Ok(answer),
        Err(error) => Err(blame(&error)),
    }
}

/// Finds out on which side a request broke.
fn blame(error: &ClientError) -> Failure {
    let mut causes = std::iter::successors(error.source(), |cause| (*cause).source());
    let fault = causes.find_map(|cause| cause.downcast_ref::<BodyFault>());
    let refusal = match fault {
        Some(BodyFault::TooLarge) => Refusal::BodyTooLarge,
        Some(BodyFault::Broken(_)) => Refusal::BodyBroken,
        None if error.is_connect() => Refusal::UpstreamUnreachable,
        None => Refusal::UpstreamBroken,
    };
    Failure { refusal, cause: Some(program::chain(error)) }
}

/// Opens connections to the socket within a bound.
#[derive(Clone)]
struct Connector {
    socket: Arc<PathBuf>,
    limit: Duration,
    bodies: Bodies,
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Pieces<UnixStream>>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let Self { socket, limit, bodies } = self.clone();
        Box::pin(async move {
            let stream = timeout(limit, connect(&socket)).await??;
            Ok(TokioIo::new(Pieces::of(stream, bodies)))
        })
    }
}

impl Connection for Pieces<UnixStream> {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

/// A unix socket whose queue is full answers "try again" instead of waiting, so the waiting is done here.
async fn connect(socket: &PathBuf) -> io::Result<UnixStream> {
    loop {
        match UnixStream::connect(socket).await {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => sleep(QUEUE_PAUSE).await,
            outcome => return outcome,
        }
    }
}
