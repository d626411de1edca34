//! What only this host may read: metrics and the state of the foci.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header::CONTENT_TYPE};
use http_body_util::Full;
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use steering::Status;
use tokio::{
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

use crate::{geoip::Geoip, look, metrics::Metrics, watchers::Watchers};

/// How long one reader may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Out of file descriptors: a pause lets connections end.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Where metrics are.
const METRICS: &str = "/metrics";
/// Where the state is.
const STATUS: &str = "/status";
/// `OpenMetrics` 1.0, which is what `prometheus-client` writes.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What the pages are made from.
pub(crate) struct Pages {
    pub(crate) watchers: Arc<Watchers>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) geoip: Arc<Geoip>,
}

/// Serves the pages until it is dropped. Few readers come, one after the other.
pub(crate) async fn serve(listener: TcpListener, pages: Pages) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let _ = timeout(PATIENCE, answer(stream, &pages)).await;
            }
            Err(_) => sleep(ACCEPT_PAUSE).await,
        }
    }
}

async fn answer(stream: TcpStream, pages: &Pages) {
    let service = service_fn(|request: Request<Incoming>| async move {
        Ok::<_, Infallible>(pages.page(request.method(), request.uri().path()))
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE).keep_alive(false);
    // A reader that goes away has lost its page, and nobody else anything.
    let _ = http.serve_connection(TokioIo::new(stream), service).await;
}

impl Pages {
    fn page(&self, method: &Method, path: &str) -> Response<Full<Bytes>> {
        let status = self.watchers.status();
        let (text, kind) = match path {
            METRICS => (self.metrics.page(&status.foci, self.geoip.is_loaded()), OPEN_METRICS),
            STATUS => (serde_json::to_string(&status).unwrap_or_default(), "application/json"),
            _ => (String::new(), ""),
        };
        let mut response = Response::new(Full::from(text));
        if kind.is_empty() || *method != Method::GET {
            *response.body_mut() = Full::default();
            *response.status_mut() = StatusCode::NOT_FOUND;
        } else {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        response
    }
}

/// Why the state cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// The program does not answer.
    #[error(
        "rampart-steer does not answer on {address}: {cause}\n  help: `systemctl status rampart-steer` says why"
    )]
    Silent {
        /// Where it was asked.
        address: SocketAddr,
        /// What went wrong.
        cause: String,
    },
    /// Another version answered.
    #[error("what answers on {address} is not this version of rampart-steer: {cause}\n  help: restart it")]
    Foreign {
        /// Where it was asked.
        address: SocketAddr,
        /// What went wrong.
        cause: serde_json::Error,
    },
    /// No runtime.
    #[error("{0}")]
    Runtime(#[from] io::Error),
}

/// Asks the running program for the state of the foci.
pub fn status(address: SocketAddr) -> Result<Status, StatusError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let silent = |cause: String| StatusError::Silent { address, cause };
    let page = runtime
        .block_on(async { timeout(PATIENCE, look::own_page(address, STATUS)).await })
        .map_err(|_| silent("it took too long".to_owned()))?
        .map_err(|fault| silent(fault.to_string()))?;
    serde_json::from_slice(&page).map_err(|cause| StatusError::Foreign { address, cause })
}
