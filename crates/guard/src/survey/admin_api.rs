//! The part of the admin API that Tuwunel (from 1.9, `src/api/router.rs`) and Synapse (`docs/admin_api`) have in common:
//! `GET /_synapse/admin/v1/rooms`, `…/rooms/{id}/state`, `GET /_synapse/admin/v2/users`. Nothing is written.

use std::{io, time::Duration};

use bytes::Bytes;
use http::{
    Method, Request,
    header::{AUTHORIZATION, HOST},
};
use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use tokio::{net::UnixStream, time::timeout};

use super::{
    SurveyError,
    findings::{Event, Listed},
};

/// Rooms or users of one page.
const PAGE: usize = 100;
/// What an answer may have at most; the state of a room with 50,000 members is about half of it.
const ANSWER_BYTES: usize = 64 * 1024 * 1024;
/// How long one answer may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// Where a page begins: a number as the homeserver has given it.
pub(super) struct Page(String);

impl Page {
    /// The first one.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "there is a next page or none, and the first is always there"
    )]
    pub(super) fn first() -> Option<Self> {
        Some(Self("0".to_owned()))
    }

    /// The one that the homeserver names: Synapse writes numbers and texts of digits.
    fn next(named: Option<Value>) -> Option<Self> {
        match named? {
            Value::Number(number) => Some(Self(number.to_string())),
            Value::String(text) if !text.is_empty() => Some(Self(text)),
            _ => None,
        }
    }
}

#[derive(Deserialize)]
struct Rooms {
    rooms: Vec<Listed>,
    next_batch: Option<Value>,
}

#[derive(Deserialize)]
struct State {
    state: Vec<Event>,
}

#[derive(Deserialize)]
struct Users {
    users: Vec<User>,
    next_token: Option<Value>,
}

#[derive(Deserialize)]
struct User {
    name: String,
    /// Synapse has written 0 and 1 here as well.
    #[serde(default)]
    admin: Value,
}

/// The admin API of one homeserver.
pub(super) struct AdminApi {
    socket: String,
    authorization: String,
}

impl AdminApi {
    pub(super) fn new(socket: &str, token: &str) -> Self {
        Self { socket: socket.to_owned(), authorization: format!("Bearer {token}") }
    }

    /// A page of rooms, and the next.
    pub(super) async fn rooms(&self, page: Page) -> Result<(Vec<Listed>, Option<Page>), SurveyError> {
        let path = format!("/_synapse/admin/v1/rooms?limit={PAGE}&from={}", encoded(&page.0));
        let Rooms { rooms, next_batch } = self.get(path).await?;
        Ok((rooms, Page::next(next_batch)))
    }

    /// The state of a room.
    pub(super) async fn state(&self, room: &str) -> Result<Vec<Event>, SurveyError> {
        let State { state } = self.get(format!("/_synapse/admin/v1/rooms/{}/state", encoded(room))).await?;
        Ok(state)
    }

    /// The administrators of a page of users, and the next page. The filter is asked for and not relied on.
    pub(super) async fn administrators(
        &self,
        page: Page,
    ) -> Result<(Vec<String>, Option<Page>), SurveyError> {
        let from = encoded(&page.0);
        let path = format!("/_synapse/admin/v2/users?limit={PAGE}&from={from}&admins=true&guests=false");
        let Users { users, next_token } = self.get(path).await?;
        let is_one = |user: &User| user.admin == Value::Bool(true) || user.admin == 1;
        let names = users.into_iter().filter(is_one).map(|user| user.name).collect();
        Ok((names, Page::next(next_token)))
    }

    async fn get<T: DeserializeOwned>(&self, path: String) -> Result<T, SurveyError> {
        let asked = timeout(PATIENCE, self.ask(&path)).await;
        let (status, body) = asked.unwrap_or_else(|_| Err(unreachable(&path, io::ErrorKind::TimedOut)))?;
        if status != 200 {
            return Err(refused(path, status, &body));
        }
        serde_json::from_slice(&body)
            .map_err(|error| SurveyError::Unreadable { path, cause: error.to_string() })
    }

    /// One connection for each question: there is no hurry, and nothing to pool.
    async fn ask(&self, path: &str) -> Result<(u16, Bytes), SurveyError> {
        let broken = |source| SurveyError::Broken { path: path.to_owned(), source };
        let stream = UnixStream::connect(&self.socket).await.map_err(|source| unreachable(path, source))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
        let serving = tokio::spawn(connection);
        let request = Request::builder()
            .method(Method::GET)
            .uri(path)
            .header(HOST, "localhost")
            .header(AUTHORIZATION, &self.authorization)
            // Synapse wants to know on a socket who asks.
            .header("x-forwarded-for", "127.0.0.1")
            .body(Empty::<Bytes>::new())
            .map_err(|_| SurveyError::Unreadable { path: path.to_owned(), cause: "no path".to_owned() })?;
        let answer = sender.send_request(request).await.map_err(broken)?;
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), ANSWER_BYTES).collect().await;
        serving.abort();
        let body = body.map_err(|error| SurveyError::Unreadable {
            path: path.to_owned(),
            cause: match error.downcast_ref::<LengthLimitError>() {
                Some(_) => format!("it has more than {ANSWER_BYTES} bytes"),
                None => "it broke off".to_owned(),
            },
        })?;
        Ok((status, body.to_bytes()))
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn unreachable(path: &str, source: impl Into<io::Error>) -> SurveyError {
    SurveyError::Unreachable { path: path.to_owned(), source: source.into() }
}

fn refused(path: String, status: u16, body: &[u8]) -> SurveyError {
    let named = serde_json::from_slice::<Value>(body).ok();
    let errcode = named.as_ref().and_then(|json| json["errcode"].as_str()).unwrap_or_default();
    let errcode = errcode.chars().filter(char::is_ascii_graphic).take(64).collect();
    let help = match status {
        401 => "the token is none of this server's, or no longer",
        403 => "the account of the token is no server administrator",
        404 => "the homeserver has no admin API: Tuwunel has it from 1.9 on",
        _ => "look into the homeserver's log",
    };
    SurveyError::Refused { path, status, errcode, help }
}
