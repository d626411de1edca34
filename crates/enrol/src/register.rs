//! The homeserver's interactive auth (Matrix spec, client-server API, "User-Interactive Authentication API").
//!
//! Without the token first: the homeserver checks the name then, and shows which ways there are. The page takes only ways
//! that ask for the token; where there is another one, registration is open to everybody and the page makes no account.

use std::{path::PathBuf, time::Duration};

use daemon::{
    http::{Answer, AskError, Peer, Question},
    program,
};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

const PATH: &str = "/_matrix/client/v3/register";
const TOKEN: &str = "m.login.registration_token";
const DUMMY: &str = "m.login.dummy";
/// All steps together stay far below the lease of the broker, 120 s.
const DEADLINE: Duration = Duration::from_secs(10);

/// The way to the homeserver.
pub(crate) struct Register(Peer);

/// What is wanted.
pub(crate) struct Wish<'a> {
    pub(crate) username: &'a str,
    pub(crate) password: &'a str,
}

/// An opened session and the stages that are left.
pub(crate) struct Session {
    id: String,
    stages: Vec<String>,
}

/// Why there is no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Somebody has the name.
    NameTaken,
    /// The homeserver takes no such name.
    NameInvalid,
    /// The homeserver takes no such password.
    PasswordRefused,
    /// The homeserver takes no such token any more.
    TokenRefused,
    /// There is a way without a token: the page does not help with that.
    Open,
    /// The homeserver said something else. There is no account.
    Failed,
    /// Nothing is known.
    Unknown,
}

#[derive(Deserialize)]
struct Offer {
    #[serde(default)]
    flows: Vec<Flow>,
    session: Option<String>,
    errcode: Option<String>,
}

#[derive(Deserialize)]
struct Flow {
    stages: Vec<String>,
}

impl Register {
    pub(crate) fn new(socket: &str) -> Self {
        Self(Peer::Socket(PathBuf::from(socket)))
    }

    /// First step, without the token. Nothing is spent.
    pub(crate) async fn open(&self, wish: &Wish<'_>) -> Result<Session, Fault> {
        let answer = self.ask(wish, None).await.map_err(|_| Fault::Failed)?;
        if answer.status != StatusCode::UNAUTHORIZED {
            // 200 would be an account without a token.
            return Err(if answer.status.is_success() { Fault::Open } else { refused(&answer) });
        }
        let offer: Offer = serde_json::from_slice(&answer.body).map_err(|_| Fault::Failed)?;
        let (Some(id), Some(flow)) = (offer.session, offer.flows.first()) else { return Err(Fault::Failed) };
        let asks = |flow: &Flow| flow.stages.iter().any(|stage| stage == TOKEN);
        if !offer.flows.iter().all(asks) {
            return Err(Fault::Open);
        }
        let known = flow.stages.iter().all(|stage| stage == TOKEN || stage == DUMMY);
        if known { Ok(Session { id, stages: flow.stages.clone() }) } else { Err(Fault::Failed) }
    }

    /// The other steps, with the token.
    pub(crate) async fn finish(&self, wish: &Wish<'_>, session: &Session, token: &str) -> Result<(), Fault> {
        for stage in &session.stages {
            let mut auth = json!({ "type": stage, "session": session.id });
            if stage == TOKEN {
                auth["token"] = token.into();
            }
            let answer = match self.ask(wish, Some(auth)).await {
                Ok(answer) => answer,
                Err(error) => {
                    tracing::warn!(cause = program::chain(&error), "the homeserver gave no answer");
                    return Err(if error.may_have_acted() { Fault::Unknown } else { Fault::Failed });
                }
            };
            match answer.status {
                status if status.is_success() => return Ok(()),
                StatusCode::UNAUTHORIZED => {
                    let offer: Offer = serde_json::from_slice(&answer.body).map_err(|_| Fault::Failed)?;
                    if offer.errcode.is_some() {
                        return Err(Fault::TokenRefused);
                    }
                }
                status if status.is_server_error() => return Err(Fault::Unknown),
                _ => return Err(refused(&answer)),
            }
        }
        Err(Fault::Failed)
    }

    async fn ask(&self, wish: &Wish<'_>, auth: Option<Value>) -> Result<Answer, AskError> {
        let mut body = json!({ "username": wish.username, "password": wish.password, "inhibit_login": true });
        if let Some(auth) = auth {
            body["auth"] = auth;
        }
        let mut question = Question::json(Method::POST, PATH, body.to_string(), DEADLINE);
        question.limit = 64 * 1024;
        self.0.ask(question).await
    }
}

fn refused(answer: &Answer) -> Fault {
    let errcode = serde_json::from_slice::<Offer>(&answer.body).ok().and_then(|offer| offer.errcode);
    match errcode.as_deref() {
        Some("M_USER_IN_USE" | "M_EXCLUSIVE") => Fault::NameTaken,
        Some("M_INVALID_USERNAME") => Fault::NameInvalid,
        Some("M_WEAK_PASSWORD" | "M_PASSWORD_TOO_SHORT") => Fault::PasswordRefused,
        _ => {
            tracing::warn!(status = answer.status.as_u16(), errcode, "the homeserver refused a registration");
            Fault::Failed
        }
    }
}
