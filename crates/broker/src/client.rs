//! Asking the broker.

use std::time::Duration;

use broker_api::{ErrorBody, ErrorCode, Refusal, Verb};
use daemon::http::{AskError, Peer, Question};
use http::Method;

/// A broker and how to ask it.
#[derive(Clone)]
pub struct Client {
    peer: Peer,
    token: Option<String>,
    deadline: Duration,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("peer", &self.peer).finish_non_exhaustive()
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The broker refused.
    #[error("the broker refused: {} ({:?})", .0.message, .0.code)]
    Refused(Refusal),
    /// The broker was not reached, or broke off.
    #[error("the broker gave no answer")]
    Silent(#[from] AskError),
    /// The answer is not one of this verb.
    #[error("the broker's answer to `{verb}` cannot be read")]
    Unreadable {
        /// The verb.
        verb: &'static str,
        /// What is wrong.
        #[source]
        source: serde_json::Error,
    },
}

impl ClientError {
    /// The broker's own word, if it gave one.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused(refusal) => Some(refusal.code),
            Self::Silent(_) | Self::Unreadable { .. } => None,
        }
    }
}

impl Client {
    /// A client. `token` is for the bot's door; a socket asks for none.
    pub fn new(peer: Peer, token: Option<String>, deadline: Duration) -> Self {
        Self { peer, token, deadline }
    }

    /// Asks one verb.
    pub async fn ask<V: Verb>(&self, request: &V::Request) -> Result<V::Answer, ClientError> {
        let unreadable = |source| ClientError::Unreadable { verb: V::NAME, source };
        let body = serde_json::to_vec(request).map_err(unreadable)?;
        let mut question = Question::json(Method::POST, format!("/v1/{}", V::NAME), body, self.deadline);
        question.limit = 16 << 20;
        if let Some(token) = &self.token {
            question = question.bearer(token);
        }
        let answer = self.peer.ask(question).await?;
        if answer.status.is_success() {
            return serde_json::from_slice(&answer.body).map_err(unreadable);
        }
        let body: ErrorBody = serde_json::from_slice(&answer.body).map_err(unreadable)?;
        Err(ClientError::Refused(body.error))
    }
}
