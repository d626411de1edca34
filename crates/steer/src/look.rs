//! One look at a media server: is it well, and how much is on it.

use std::{io, net::SocketAddr, sync::Arc};

use bytes::Bytes;
use http::{Request, StatusCode, header::HOST};
use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use settings::steer::Server;
use steering::Figures;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

/// Longest page that is read. `LiveKit`'s metrics have some tens of kilobytes.
const PAGE_LIMIT: usize = 4 * 1024 * 1024;

/// What a look found of a server that is well.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Seen {
    /// What it counts. That nobody can read it is no reason to send people elsewhere.
    pub(crate) figures: Option<Figures>,
}

/// Why a server is not well.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// No connection, or it broke.
    #[error("{0}")]
    Unreachable(#[from] io::Error),
    /// It does not speak HTTP.
    #[error("it does not answer as a media server: {0}")]
    Broken(#[from] hyper::Error),
    /// It says that it is not well. 406: its own statistics are old, in a cluster because Redis is away (livekit:
    /// `pkg/service/server.go`); 502: the Traefik before it cannot reach it.
    #[error("it answers {0}")]
    Unwell(StatusCode),
    /// It took too long.
    #[error("it did not answer in time")]
    Slow,
    /// The settings have no such name.
    #[error("its name is no server name")]
    Nameless,
    /// The request could not be written.
    #[error("{0}")]
    Request(#[from] http::Error),
    /// The page is not to be had.
    #[error("{0}")]
    Page(#[from] Box<dyn std::error::Error + Send + Sync>),
}

/// Looks at servers, with the certificate authorities of this host.
#[derive(Clone)]
pub(crate) struct Looker {
    tls: TlsConnector,
}

impl Looker {
    /// Reads the certificate authorities. Without any, every server behind TLS is found unwell, and the log says why.
    pub(crate) fn new() -> Result<Self, rustls::Error> {
        Ok(Self { tls: TlsConnector::from(Arc::new(daemon::tls::client()?)) })
    }

    /// Looks once. Both questions go over one connection where they go to one place.
    pub(crate) async fn look(&self, server: &Server) -> Result<Seen, Fault> {
        let mut way = self.connect(server, server.address).await?;
        let status = way.ask("/").await?.status();
        if status != StatusCode::OK {
            return Err(Fault::Unwell(status));
        }
        let page = if server.metrics == server.address {
            way.page("/metrics").await
        } else {
            match self.connect(server, server.metrics).await {
                Ok(mut way) => way.page("/metrics").await,
                Err(fault) => Err(fault),
            }
        };
        let page = page.inspect_err(|fault| tracing::debug!(host = %server.host, %fault, "no figures")).ok();
        Ok(Seen { figures: page.and_then(|page| Figures::read(&String::from_utf8_lossy(&page))) })
    }

    async fn connect(&self, server: &Server, address: SocketAddr) -> Result<Way, Fault> {
        let stream = TcpStream::connect(address).await?;
        // Both sides write little and wait for the other; failing is no error.
        let _ = stream.set_nodelay(true);
        let Some(name) = &server.server_name else {
            return Way::over(stream, address.to_string()).await;
        };
        let server_name = ServerName::try_from(name.to_string()).map_err(|_| Fault::Nameless)?;
        let stream = self.tls.connect(server_name, stream).await?;
        Way::over(stream, name.to_string()).await
    }
}

/// A connection on which questions can be asked.
struct Way {
    sender: SendRequest<Empty<Bytes>>,
    host: String,
    /// Ends the connection with the look.
    _driver: Abort,
}

struct Abort(tokio::task::AbortHandle);

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Way {
    async fn over<S>(stream: S, host: String) -> Result<Self, Fault>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let driver = tokio::spawn(async move { connection.await.unwrap_or_default() });
        Ok(Self { sender, host, _driver: Abort(driver.abort_handle()) })
    }

    /// The answer to a question, its body read to the end.
    async fn ask(&mut self, path: &str) -> Result<http::Response<Bytes>, Fault> {
        let request = Request::get(path).header(HOST, &self.host).body(Empty::new())?;
        self.sender.ready().await?;
        let (head, body) = self.sender.send_request(request).await?.into_parts();
        let body = Limited::new(body, PAGE_LIMIT).collect().await.map_err(told)?.to_bytes();
        Ok(http::Response::from_parts(head, body))
    }

    async fn page(&mut self, path: &str) -> Result<Bytes, Fault> {
        let answer = self.ask(path).await?;
        if answer.status() == StatusCode::OK {
            Ok(answer.into_body())
        } else {
            Err(Fault::Unwell(answer.status()))
        }
    }
}

fn told(error: Box<dyn std::error::Error + Send + Sync>) -> Fault {
    if error.is::<LengthLimitError>() {
        return Fault::Page(format!("its page has more than {PAGE_LIMIT} bytes").into());
    }
    Fault::Page(error)
}

/// Asks for a page of this program itself, on loopback.
pub(crate) async fn own_page(address: SocketAddr, path: &str) -> Result<Bytes, Fault> {
    Way::over(TcpStream::connect(address).await?, address.to_string()).await?.page(path).await
}
