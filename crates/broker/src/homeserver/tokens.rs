//! Registration tokens (Synapse Admin API, "Registration Tokens").

use http::{Method, StatusCode};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

use super::{
    Failure, Homeserver,
    calls::{read, segment},
};
use crate::secret::Digest;

const TOKENS: &str = "/_synapse/admin/v1/registration_tokens";

/// A token as the homeserver lists it. It cannot be printed.
#[derive(Deserialize)]
pub(crate) struct Known {
    token: Zeroizing<String>,
    uses_allowed: Option<u64>,
    #[serde(default)]
    pending: u64,
    #[serde(default)]
    completed: u64,
    expiry_time: Option<i64>,
}

/// A token to be made.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) token: &'a str,
    /// None: any number.
    pub(crate) uses: Option<u32>,
    /// None: for ever.
    pub(crate) expires: Option<Timestamp>,
}

#[derive(Deserialize)]
struct List {
    registration_tokens: Vec<Known>,
}

impl Known {
    pub(crate) fn digest(&self) -> Digest {
        Digest::of(&self.token)
    }

    /// The token itself, for another call.
    pub(crate) fn token(&self) -> Zeroizing<String> {
        self.token.clone()
    }

    /// Whether an account can be made with it. Synapse lists those that are over too.
    pub(crate) fn is_valid(&self, now: Timestamp) -> bool {
        self.uses_allowed.is_none_or(|allowed| self.pending + self.completed < allowed)
            && self.expiry_time.is_none_or(|expiry| expiry > now.as_millisecond())
    }
}

impl Homeserver {
    /// All tokens that the homeserver knows.
    pub(crate) async fn tokens(&self) -> Result<Vec<Known>, Failure> {
        let what = "the list of tokens";
        let list: List = read(what, self.admin(what, Method::GET, TOKENS.to_owned(), None).await?)?;
        Ok(list.registration_tokens)
    }

    /// One token; `None` when there is none.
    pub(crate) async fn token(&self, token: &str) -> Result<Option<Known>, Failure> {
        let what = "one token";
        match self.admin(what, Method::GET, format!("{TOKENS}/{}", segment(token)), None).await {
            Ok(value) => read(what, value).map(Some),
            Err(failure) if failure.is(StatusCode::NOT_FOUND) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Makes a token. One that is there already is an error.
    pub(crate) async fn make_token(&self, wanted: Wanted<'_>) -> Result<(), Failure> {
        let body = json!({
            "token": wanted.token,
            "uses_allowed": wanted.uses,
            "expiry_time": wanted.expires.map(Timestamp::as_millisecond),
        });
        self.admin("a new token", Method::POST, format!("{TOKENS}/new"), Some(&body)).await.map(drop)
    }

    /// Puts uses back that made no account. Tuwunel has forgotten a spent token, Synapse has not.
    pub(crate) async fn restore_token(&self, wanted: Wanted<'_>) -> Result<(), Failure> {
        let Some(known) = self.token(wanted.token).await? else { return self.make_token(wanted).await };
        let uses = wanted.uses.map(|uses| u64::from(uses) + known.completed + known.pending);
        let body = json!({ "uses_allowed": uses });
        let path = format!("{TOKENS}/{}", segment(wanted.token));
        self.admin("uses put back", Method::PUT, path, Some(&body)).await.map(drop)
    }

    /// Makes a token valid until then.
    pub(crate) async fn extend_token(&self, token: &str, expires: Timestamp) -> Result<(), Failure> {
        let body = json!({ "expiry_time": expires.as_millisecond() });
        let path = format!("{TOKENS}/{}", segment(token));
        self.admin("a longer token", Method::PUT, path, Some(&body)).await.map(drop)
    }

    /// Ends a token. One that is not there has ended.
    pub(crate) async fn end_token(&self, token: &str) -> Result<(), Failure> {
        let path = format!("{TOKENS}/{}", segment(token));
        match self.admin("the end of a token", Method::DELETE, path, None).await {
            Err(failure) if !failure.is(StatusCode::NOT_FOUND) => Err(failure),
            _ => Ok(()),
        }
    }
}
