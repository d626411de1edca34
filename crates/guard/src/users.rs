//! Whom a token belongs to, for the log, where `guard.log-users` asks for it. The homeserver is asked once for each token, and
//! only about tokens whose request was refused by a rule; the answer to the client does not wait for it.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderValue, Request, Response,
    header::{AUTHORIZATION, HOST},
};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use serde::Deserialize;
use settings::guard::LogUsers;
use tokio::{sync::Semaphore, time::timeout};

use crate::{
    body::{Counted, Progress},
    session::Sessions,
    upstream::Upstream,
};

/// Look-ups at once. Beyond that lines go without a name: whoever sends nonsense in masses must not keep the homeserver busy.
const LOOK_UPS: usize = 8;
/// How long one may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// Tokens whose user is kept in memory, by their hash.
const KNOWN: usize = 4096;
const ANSWER_BYTES: usize = 4096;
/// Matrix spec, Client-Server API, `GET /account/whoami`.
pub(crate) const WHOAMI: &str = "/_matrix/client/v3/account/whoami";

/// What knows whose a token is.
pub(crate) trait Whoami: Send + Sync + 'static {
    /// The answer to [`WHOAMI`].
    fn whoami(&self, authorization: HeaderValue) -> impl Future<Output = Option<Response<Incoming>>> + Send;
}

/// Names by token.
pub(crate) struct Users<W> {
    homeserver: W,
    known: Mutex<HashMap<u64, Box<str>>>,
    room: Semaphore,
}

#[derive(Deserialize)]
struct Answer {
    user_id: Box<str>,
}

impl<W: Whoami> Users<W> {
    pub(crate) fn new(homeserver: W) -> Self {
        Self { homeserver, known: Mutex::default(), room: Semaphore::new(LOOK_UPS) }
    }

    /// What a log line says of a token's user; nothing when the homeserver does not know the token.
    pub(crate) async fn of(&self, token: &[u8], sessions: &Sessions, how: LogUsers) -> Option<String> {
        let hash = sessions.hash(token);
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&hash).cloned();
        let user = match known {
            Some(user) => user,
            None => self.learn(hash, token).await?,
        };
        match how {
            LogUsers::Session => None,
            LogUsers::Hash => Some(format!("{:016x}", sessions.hash(user.as_bytes()))),
            LogUsers::Clear => Some(user.into()),
        }
    }

    async fn learn(&self, hash: u64, token: &[u8]) -> Option<Box<str>> {
        let _place = self.room.try_acquire().ok()?;
        let user = timeout(PATIENCE, self.ask(token)).await.ok().flatten()?;
        // From our own homeserver, and still a line of a log.
        let printable = user.len() <= 255 && user.bytes().all(|byte| byte.is_ascii_graphic());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KNOWN {
            known.clear();
        }
        printable.then(|| {
            known.insert(hash, user.clone());
            user
        })
    }

    async fn ask(&self, token: &[u8]) -> Option<Box<str>> {
        let mut authorization = HeaderValue::from_bytes(&[b"Bearer ", token].concat()).ok()?;
        authorization.set_sensitive(true);
        let answer = self.homeserver.whoami(authorization).await?;
        let body = Limited::new(answer.into_body(), ANSWER_BYTES).collect().await.ok()?.to_bytes();
        serde_json::from_slice::<Answer>(&body).ok().map(|answer| answer.user_id)
    }
}

impl Whoami for Arc<Upstream> {
    async fn whoami(&self, authorization: HeaderValue) -> Option<Response<Incoming>> {
        let progress = Progress::new();
        let request = Request::get(WHOAMI)
            .header(HOST, "homeserver")
            .header(AUTHORIZATION, authorization)
            .header("x-forwarded-for", "127.0.0.1")
            .body(Counted::whole(Bytes::new(), progress.clone()))
            .ok()?;
        self.send(request, &progress).await.ok()
    }
}
