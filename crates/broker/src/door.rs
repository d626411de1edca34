//! The doors: who may ask what, how often, and how much.

use std::{num::NonZeroU32, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use broker_api::{
    Caller, ErrorBody, ErrorCode, Refusal, Verb, all,
    verbs::{
        AccountActive, GuestDeactivate, GuestList, GuestLock, GuestReactivate, GuestShow, GuestUnlock,
        Lookup, PasswordLinkLookup, PasswordLinkRedeem, PasswordLinkRevoke, RedeemBegin, RedeemEnd,
        RoomCreate, RoomInvite, RoomList, Status, TokenCreate, TokenExtend, TokenList, TokenRevoke,
        TokenShow,
    },
};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use serde_json::Value;
use tokio_util::task::TaskTracker;
use zeroize::Zeroizing;

use crate::{
    desk::Desk,
    secret::{self, Digest},
    verbs::{account, guest, page, password_link, room, status, token},
};

/// Longest request. The longest that makes sense has a note of 300 characters.
const LONGEST: usize = 16 * 1024;
/// Failed proofs that are written down; more are only counted by whoever reads the log.
const PROOFS_PER_SECOND: NonZeroU32 = NonZeroU32::MIN;

/// A door: its callers, and what they must show.
pub(crate) struct Entrance {
    desk: Arc<Desk>,
    caller: Caller,
    token: Option<Zeroizing<String>>,
    pace: DefaultDirectRateLimiter,
    failed_proofs: DefaultDirectRateLimiter,
    work: TaskTracker,
}

impl Entrance {
    pub(crate) fn new(
        desk: Arc<Desk>,
        caller: Caller,
        token: Option<Zeroizing<String>>,
        per_second: u32,
        work: TaskTracker,
    ) -> Self {
        let rate = NonZeroU32::new(per_second).unwrap_or(NonZeroU32::MIN);
        let pace =
            Quota::per_second(rate).allow_burst(rate.saturating_mul(NonZeroU32::MIN.saturating_add(1)));
        Self {
            desk,
            caller,
            token,
            pace: RateLimiter::direct(pace),
            failed_proofs: RateLimiter::direct(Quota::per_second(PROOFS_PER_SECOND)),
            work,
        }
    }

    /// The one route.
    pub(crate) fn router(self) -> Router {
        Router::new()
            .route("/v1/{verb}", post(answer))
            .layer(DefaultBodyLimit::max(LONGEST))
            .fallback(|| async { refused(&Refusal::new(ErrorCode::VerbUnknown, "there is nothing here")) })
            .with_state(Arc::new(self))
    }

    /// Whether the client shows what it must. A door without token belongs to whoever may open the socket.
    fn proves(&self, headers: &HeaderMap) -> bool {
        let Some(token) = &self.token else { return true };
        let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        shown.and_then(|value| value.strip_prefix("Bearer ")).is_some_and(|shown| secret::same(shown, token))
    }
}

async fn answer(
    State(door): State<Arc<Entrance>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Response {
    if !door.proves(&headers) {
        if door.failed_proofs.check().is_ok() {
            tracing::warn!(rule = "unauthenticated", "refused");
            let _ = door.desk.note("unauthenticated", "unauthenticated".to_owned(), None).await;
        }
        return refused(&Refusal::new(ErrorCode::Unauthenticated, "show the client's token"));
    }
    if door.pace.check().is_err() {
        tracing::warn!(rule = "rate_limited", "refused");
        return refused(&Refusal::new(ErrorCode::RateLimited, "too many requests"));
    }
    let Some((name, _)) = all().iter().find(|(known, caller)| *known == name && *caller == door.caller)
    else {
        return refused(&Refusal::new(ErrorCode::VerbUnknown, "there is no such verb behind this door"));
    };
    let is_json = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    let Ok(body) = body else {
        return refused(&Refusal::new(ErrorCode::BadRequest, "the request breaks off or is too long"));
    };
    if !is_json {
        return refused(&Refusal::new(ErrorCode::BadRequest, "the request is not JSON"));
    }
    // A task of its own: a client that hangs up must not stop a verb half-way.
    let desk = Arc::clone(&door.desk);
    match door.work.spawn(async move { carry_out(&desk, name, &body).await }).await {
        Ok(Ok(answer)) => ([(header::CONTENT_TYPE, "application/json")], answer).into_response(),
        Ok(Err(refusal)) => refused(&refusal),
        Err(error) => {
            tracing::error!(%error, "a verb broke off");
            refused(&Refusal::new(ErrorCode::Internal, "the verb broke off"))
        }
    }
}

fn refused(refusal: &Refusal) -> Response {
    let status = StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(&ErrorBody { error: refusal.clone() }).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// Does it, and writes down that it was asked. What cannot be written down is not answered.
async fn carry_out(desk: &Desk, name: &'static str, body: &[u8]) -> Result<Vec<u8>, Refusal> {
    let outcome = dispatch(desk, name, body).await;
    if name != Status::NAME || outcome.is_err() {
        let said = outcome.as_ref().err().map(|refusal| serde_json::to_value(refusal.code));
        let said = said.and_then(Result::ok).and_then(|code| code.as_str().map(str::to_owned));
        desk.note(name, said.unwrap_or_else(|| "ok".to_owned()), about(body)).await?;
    }
    outcome
}

/// Whom or what a request names, without what is secret in it.
fn about(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let text = |key: &str| body.get(key).and_then(Value::as_str);
    if let Some(secret) = text("token").or_else(|| text("link")) {
        return Some(Digest::of(secret).short());
    }
    let named = ["id", "user", "name", "room", "recipient"].iter().find_map(|key| text(key))?;
    Some(named.chars().filter(|character| !character.is_control()).take(255).collect())
}

async fn dispatch(desk: &Desk, name: &'static str, body: &[u8]) -> Result<Vec<u8>, Refusal> {
    macro_rules! verb {
        ($verb:ty, |$request:pat_param| $run:expr) => {{
            let $request: <$verb as Verb>::Request = read(body)?;
            let answer: <$verb as Verb>::Answer = $run;
            write(&answer)
        }};
    }
    match name {
        TokenCreate::NAME => verb!(TokenCreate, |order| token::create(desk, &order).await?),
        TokenList::NAME => verb!(TokenList, |asked| token::list(desk, asked)),
        TokenShow::NAME => verb!(TokenShow, |asked| token::show(desk, &asked)?),
        TokenExtend::NAME => verb!(TokenExtend, |order| token::extend(desk, &order).await?),
        TokenRevoke::NAME => verb!(TokenRevoke, |order| token::revoke(desk, &order).await?),
        GuestList::NAME => verb!(GuestList, |_| guest::list(desk).await?),
        GuestShow::NAME => verb!(GuestShow, |asked| guest::show(desk, &asked).await?),
        GuestLock::NAME => verb!(GuestLock, |order| guest::lock(desk, &order, true).await?),
        GuestUnlock::NAME => verb!(GuestUnlock, |order| guest::lock(desk, &order, false).await?),
        GuestDeactivate::NAME => verb!(GuestDeactivate, |order| guest::deactivate(desk, &order).await?),
        GuestReactivate::NAME => verb!(GuestReactivate, |order| password_link::create(desk, &order).await?),
        PasswordLinkRevoke::NAME => {
            verb!(PasswordLinkRevoke, |order| password_link::revoke(desk, &order).await?)
        }
        RoomCreate::NAME => verb!(RoomCreate, |order| room::create(desk, &order).await?),
        RoomInvite::NAME => verb!(RoomInvite, |order| room::invite(desk, &order).await?),
        RoomList::NAME => verb!(RoomList, |_| room::list(desk)),
        Status::NAME => verb!(Status, |_| status::status(desk).await?),
        Lookup::NAME => verb!(Lookup, |asked| page::lookup(desk, &asked).await?),
        RedeemBegin::NAME => verb!(RedeemBegin, |asked| page::begin(desk, &asked).await?),
        RedeemEnd::NAME => verb!(RedeemEnd, |asked| page::end(desk, &asked).await?),
        PasswordLinkLookup::NAME => {
            verb!(PasswordLinkLookup, |asked| password_link::lookup(desk, &asked).await?)
        }
        PasswordLinkRedeem::NAME => {
            verb!(PasswordLinkRedeem, |asked| password_link::redeem(desk, &asked).await?)
        }
        AccountActive::NAME => verb!(AccountActive, |asked| account::active(desk, &asked).await?),
        _ => Err(Refusal::new(ErrorCode::VerbUnknown, "there is no such verb behind this door")),
    }
}

/// Faults name the member and the place, never the value: the value may be a token.
fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        let message = format!("the request is not one of this verb (column {})", error.column());
        Refusal::new(ErrorCode::BadRequest, message)
    })
}

fn write(answer: &impl serde::Serialize) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(answer).map_err(|_| Refusal::new(ErrorCode::Internal, "the answer cannot be written"))
}
