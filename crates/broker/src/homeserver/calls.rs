//! One call: asked, bounded, read.

use std::{path::PathBuf, sync::RwLock, time::Duration};

use broker_api::{ErrorCode, Refusal};
use bytes::Bytes;
use daemon::{
    http::{Answer, AskError, Peer, Question},
    program,
};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::Value;
use settings::broker::{BrokerHomeserver, HomeserverKind};
use zeroize::Zeroizing;

/// What stays as it is in one segment of a path (RFC 3986, "unreserved").
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where the broker asks from.
const LOOPBACK: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-forwarded-for"), HeaderValue::from_static("127.0.0.1"));

/// A homeserver and the token of its administrator.
pub(crate) struct Homeserver {
    pub(super) peer: Peer,
    pub(super) kind: HomeserverKind,
    pub(super) name: String,
    pub(super) deadline: Duration,
    token: RwLock<Zeroizing<String>>,
}

/// Why a call did not do what it should.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// No answer.
    #[error("the homeserver gave no answer")]
    Silent(#[from] AskError),
    /// An answer that says no.
    #[error("the homeserver said {status} {errcode} to {what}")]
    Refused {
        /// What was asked, without names.
        what: &'static str,
        /// HTTP status.
        status: StatusCode,
        /// Matrix error code.
        errcode: String,
    },
    /// An answer that makes no sense.
    #[error("the homeserver's answer to {what} cannot be read: {why}")]
    Unreadable {
        /// What was asked.
        what: &'static str,
        /// Why.
        why: String,
    },
    /// It did not hold.
    #[error("{0}")]
    Unverified(&'static str),
}

impl Failure {
    /// What the caller is told. Details are for the log.
    pub(crate) fn refusal(&self) -> Refusal {
        tracing::warn!(cause = program::chain(self), "a call to the homeserver failed");
        match self {
            Self::Unverified(what) => Refusal::new(ErrorCode::Unverified, *what),
            Self::Silent(_) => Refusal::new(ErrorCode::HomeserverFailed, "the homeserver gives no answer"),
            Self::Refused { .. } | Self::Unreadable { .. } => {
                Refusal::new(ErrorCode::HomeserverFailed, "the homeserver gave an unexpected answer")
            }
        }
    }

    /// Whether the homeserver said exactly this.
    pub(crate) fn is(&self, wanted: StatusCode) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == wanted)
    }

    pub(super) fn unreadable(what: &'static str, why: &impl ToString) -> Self {
        Self::Unreadable { what, why: why.to_string() }
    }
}

#[derive(Deserialize)]
struct MatrixError {
    #[serde(default)]
    errcode: String,
}

impl Homeserver {
    pub(crate) fn new(config: &BrokerHomeserver, deadline: Duration, token: Zeroizing<String>) -> Self {
        let socket = || Peer::Socket(PathBuf::from(config.socket.clone().unwrap_or_default()));
        Self {
            peer: config.address.map_or_else(socket, Peer::Address),
            kind: config.kind,
            name: config.server_name.to_string(),
            deadline,
            token: RwLock::new(token),
        }
    }

    /// Server name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Which one it is.
    pub(crate) fn kind(&self) -> HomeserverKind {
        self.kind
    }

    /// Takes another token of the administrator.
    pub(crate) fn set_token(&self, token: Zeroizing<String>) {
        if let Ok(mut place) = self.token.write() {
            *place = token;
        }
    }

    /// Asks as the administrator.
    pub(super) async fn admin(
        &self,
        what: &'static str,
        method: Method,
        path: String,
        body: Option<&Value>,
    ) -> Result<Value, Failure> {
        let token = self.token.read().map(|token| token.clone()).unwrap_or_default();
        self.call(what, method, path, body, Some(&token)).await
    }

    /// Asks with this token, or with none.
    pub(super) async fn call(
        &self,
        what: &'static str,
        method: Method,
        path: String,
        body: Option<&Value>,
        token: Option<&str>,
    ) -> Result<Value, Failure> {
        let answer = self.raw(method, path, body, token).await?;
        if !answer.status.is_success() {
            let error =
                serde_json::from_slice(&answer.body).unwrap_or(MatrixError { errcode: String::new() });
            let errcode = error.errcode.chars().filter(char::is_ascii_graphic).take(64).collect();
            return Err(Failure::Refused { what, status: answer.status, errcode });
        }
        serde_json::from_slice(&answer.body).map_err(|error| Failure::unreadable(what, &error))
    }

    /// Asks and returns whatever comes.
    pub(super) async fn raw(
        &self,
        method: Method,
        path: String,
        body: Option<&Value>,
        token: Option<&str>,
    ) -> Result<Answer, Failure> {
        let mut question = Question::get(path, self.deadline);
        question.method = method;
        question.limit = 16 << 20;
        // A socket has no address, and both servers want one for their limits.
        question.headers.push(LOOPBACK);
        question.body = body.map(|body| Bytes::from(body.to_string()));
        if let Some(token) = token {
            question = question.bearer(token);
        }
        Ok(self.peer.ask(question).await?)
    }
}

/// One segment of a path.
pub(super) fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// Reads a part of an answer.
pub(super) fn read<T: serde::de::DeserializeOwned>(what: &'static str, value: Value) -> Result<T, Failure> {
    serde_json::from_value(value).map_err(|error| Failure::unreadable(what, &error))
}
