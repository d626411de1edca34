//! One connection: HTTP/1.1 within the limits, until either side has had enough.

use std::{convert::Infallible, future::poll_fn, pin::Pin, sync::Arc, time::Duration};

use daemon::program;
use hyper::{Error, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use settings::guard::Guard;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    load::LEAST_HEADER_BYTES,
    metrics::Metrics,
    pieces::Pieces,
    proxy::{Caller, Proxy},
    refusal::{MALFORMED, Refusal},
    terms::Live,
};

/// How long, and for how many bytes, a client may go on sending after its last answer.
const LINGER_TIME: Duration = Duration::from_secs(1);
const LINGER_BYTES: u64 = 4 * 1024 * 1024;

/// Limits of a connection, and the requests' way on.
pub(crate) struct Connections {
    http: http1::Builder,
    proxy: Proxy,
}

/// The HTTP front: what it cannot parse within the limits never becomes a request.
pub(crate) fn front(config: &Guard) -> http1::Builder {
    let header_bytes = config.max_header_bytes.max(LEAST_HEADER_BYTES) as usize;
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(config.header_timeout.as_std())
        .max_header_size(header_bytes)
        .max_buf_size(header_bytes);
    http
}

impl Connections {
    pub(crate) fn new(
        config: &Guard,
        live: Arc<Live>,
        metrics: Arc<Metrics>,
        work: TaskTracker,
        patience: Duration,
    ) -> Self {
        Self { http: front(config), proxy: Proxy::new(config, live, metrics, work, patience) }
    }

    /// There was no room for a connection.
    pub(crate) fn turned_away(&self) {
        self.proxy.metrics.refused(Refusal::ConnectionsFull.rule());
    }

    /// Serves a connection until it ends. After `stop` the request in flight is finished and nothing more is read.
    pub(crate) async fn serve<S>(self: Arc<Self>, stream: S, caller: Caller, stop: CancellationToken)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let proxy = &self.proxy;
        let _counted = proxy.metrics.connection();
        let service = service_fn(move |request| {
            Box::pin(async move { Ok::<_, Infallible>(proxy.handle(request, caller).await) })
        });
        let mut connection =
            self.http.serve_connection(TokioIo::new(Pieces::of(stream, proxy.bodies.clone())), service);
        let ended = tokio::select! {
            end = poll_fn(|context| connection.poll_without_shutdown(context)) => Some(end),
            () = stop.cancelled() => None,
        };
        let end = if let Some(end) = ended {
            end
        } else {
            Pin::new(&mut connection).graceful_shutdown();
            poll_fn(|context| connection.poll_without_shutdown(context)).await
        };
        if end.as_ref().is_err_and(Error::is_parse) {
            proxy.metrics.refused(MALFORMED);
        }
        report(&end, caller);
        if end.as_ref().map_or_else(Error::is_parse, |()| true) {
            // A client that still sends would lose the answer to a reset.
            let _ = timeout(LINGER_TIME, linger(connection.into_parts().io.into_inner())).await;
        }
    }
}

/// What the gate cannot see: requests that cannot be parsed, and answers that break off half-way.
fn report(end: &Result<(), Error>, caller: Caller) {
    let client = caller.peer;
    match end {
        Err(error) if error.is_parse() => {
            tracing::info!(rule = MALFORMED, %client, cause = program::chain(error), "refused");
        }
        Err(error) if error.is_user() => {
            let rule = Refusal::UpstreamBroken.rule();
            tracing::warn!(rule, %client, cause = program::chain(error), "an answer broke off");
        }
        Err(error) => tracing::debug!(%client, cause = program::chain(error), "a connection broke off"),
        Ok(()) => {}
    }
}

async fn linger<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) {
    if stream.shutdown().await.is_ok() {
        let _ = tokio::io::copy(&mut stream.take(LINGER_BYTES), &mut tokio::io::sink()).await;
    }
}

/// Answers a connection for which there is no room, without reading from it.
pub(crate) async fn turn_away<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) {
    let (refusal, json) = (Refusal::ConnectionsFull, Refusal::ConnectionsFull.json());
    let answer = format!(
        "HTTP/1.1 {}\r\nContent-Type: application/json\r\nAccess-Control-Allow-Origin: *\r\nRetry-After: 5\r\n\
         Connection: close\r\nContent-Length: {}\r\n\r\n{json}",
        refusal.status(),
        json.len()
    );
    let _ = timeout(LINGER_TIME, async {
        if stream.write_all(answer.as_bytes()).await.is_ok() {
            linger(stream).await;
        }
    })
    .await;
}
