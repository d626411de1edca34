//! Asking one question: one connection, one request, one bounded answer, one deadline.

use std::{fmt, net::SocketAddr, path::PathBuf, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, UnixStream},
    time::timeout,
};

/// Whom to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    /// A unix socket.
    Socket(PathBuf),
    /// An address.
    Address(SocketAddr),
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(path) => path.display().fmt(f),
            Self::Address(address) => address.fmt(f),
        }
    }
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// Method.
    pub method: Method,
    /// Path and query, already encoded.
    pub path: String,
    /// JSON body; none for GET and the like.
    pub body: Option<Bytes>,
    /// `Authorization`, marked as sensitive.
    pub authorization: Option<HeaderValue>,
    /// Further headers.
    pub headers: Vec<(http::HeaderName, HeaderValue)>,
    /// Longest time from the first byte to the last.
    pub deadline: Duration,
    /// Longest answer in bytes.
    pub limit: usize,
}

/// What was answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Body.
    pub body: Bytes,
}

/// Why there is no answer. The difference matters: what was not sent cannot have been done.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// There was no connection: nothing was sent.
    #[error("{peer} cannot be reached")]
    Unreachable {
        /// Whom.
        peer: Peer,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The request could not be made.
    #[error("the request cannot be written")]
    Unwritable(#[from] http::Error),
    /// The connection broke or the answer is too long; it may have been acted upon.
    #[error("{peer} broke off")]
    Broken {
        /// Whom.
        peer: Peer,
        /// What happened.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The deadline passed; it may have been acted upon.
    #[error("{0} did not answer in time")]
    Silent(Peer),
}

impl AskError {
    /// Whether the question may have arrived and been acted upon.
    pub fn may_have_acted(&self) -> bool {
        matches!(self, Self::Broken { .. } | Self::Silent(_))
    }
}

impl Peer {
    /// Asks and waits for the whole answer.
    pub async fn ask(&self, question: Question) -> Result<Answer, AskError> {
        let deadline = question.deadline;
        timeout(deadline, self.exchange(question))
            .await
            .unwrap_or_else(|_| Err(AskError::Silent(self.clone())))
    }

    async fn exchange(&self, question: Question) -> Result<Answer, AskError> {
        let unreachable = |source| AskError::Unreachable { peer: self.clone(), source };
        match self {
            Self::Socket(path) => {
                let stream = UnixStream::connect(path).await.map_err(unreachable)?;
                self.over(stream, question).await
            }
            Self::Address(address) => {
                let stream = TcpStream::connect(address).await.map_err(unreachable)?;
                let _ = stream.set_nodelay(true);
                self.over(stream, question).await
            }
        }
    }

    async fn over<S>(&self, stream: S, question: Question) -> Result<Answer, AskError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let broken = |source: Box<dyn std::error::Error + Send + Sync>| AskError::Broken {
            peer: self.clone(),
            source,
        };
        let limit = question.limit;
        let request = question.request()?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|error| broken(error.into()))?;
        let driver = tokio::spawn(connection);
        let outcome = async {
            let answer = sender.send_request(request).await?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, limit).collect().await?.to_bytes();
            Ok(Answer { status: head.status, body })
        };
        let outcome = outcome.await.map_err(broken);
        driver.abort();
        outcome
    }
}

impl Question {
    /// A question without body.
    pub fn get(path: impl Into<String>, deadline: Duration) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            body: None,
            authorization: None,
            headers: Vec::new(),
            deadline,
            limit: 1 << 20,
        }
    }

    /// A question with a JSON body.
    pub fn json(method: Method, path: impl Into<String>, body: impl Into<Bytes>, deadline: Duration) -> Self {
        Self { method, body: Some(body.into()), ..Self::get(path, deadline) }
    }

    /// The same with a bearer token. A token that cannot stand in a header is left out, and the answer says so.
    #[must_use]
    pub fn bearer(mut self, token: &str) -> Self {
        self.authorization = HeaderValue::try_from(format!("Bearer {token}")).ok().map(|mut value| {
            value.set_sensitive(true);
            value
        });
        self
    }

    fn request(self) -> Result<Request<Full<Bytes>>, http::Error> {
        let mut builder =
            Request::builder().method(self.method).uri(self.path).header(header::HOST, "localhost");
        if let Some(authorization) = self.authorization {
            builder = builder.header(header::AUTHORIZATION, authorization);
        }
        if self.body.is_some() {
            builder = builder.header(header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in self.headers {
            builder = builder.header(name, value);
        }
        builder.body(Full::new(self.body.unwrap_or_default()))
    }
}
