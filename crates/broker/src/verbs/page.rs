//! `lookup`, `redeem-begin`, `redeem-end`: one use of a token becomes at most one account.
//!
//! The use is reserved here before the homeserver is asked for the account, and only for one name. What the homeserver then
//! says is looked at again here. A page that does not come back, a broker that was killed and a homeserver that took the
//! token without making the account all end in `settle` or at the next redemption.

use broker_api::{
    ErrorCode, Refusal,
    page::{Begin, Begun, End, Ended, Found, Lookup, Outcome as Seen},
    token::State,
};
use jiff::Timestamp;

use super::{Outcome, bad, not_found};
use crate::{
    book::Entry,
    desk::Desk,
    event::{Event, FoundBy},
    homeserver::{Wanted, is_localpart},
    secret::{self, Digest},
};

/// Within this the page must have made the account. Its own patience is much shorter.
pub(crate) const LEASE_SECONDS: u64 = 120;

/// The same steps for every token, known or not, so that their time tells nothing.
pub(crate) async fn lookup(desk: &Desk, asked: &Lookup) -> Outcome<Found> {
    if !secret::is_word(&asked.token) {
        return Ok(Found { state: State::Unknown, expires: None });
    }
    let hash = Digest::of(&asked.token);
    let now = Timestamp::now();
    let known = desk.homeserver.token(&asked.token).await.map_err(|failure| failure.refusal())?;
    let there = known.is_some_and(|known| known.is_valid(now));
    let book = desk.book();
    let Some(entry) = book.tokens.get(&hash) else {
        return Ok(Found { state: State::Unknown, expires: None });
    };
    let state = match entry.state(now) {
        // Somebody ended it at the homeserver itself.
        State::Valid if !there && entry.freed.is_empty() => State::Revoked,
        state => state,
    };
    Ok(Found { state, expires: (state != State::Unknown).then_some(entry.expires) })
}

pub(crate) async fn begin(desk: &Desk, asked: &Begin) -> Outcome<Begun> {
    if !secret::is_word(&asked.token) {
        return Err(not_found("token"));
    }
    let user = wanted_account(desk, &asked.username)?;
    let hash = Digest::of(&asked.token);
    let _turn = desk.turn(format!("token {hash}")).await;
    usable(desk, &hash)?;
    if desk.homeserver.account(&user).await.map_err(|failure| failure.refusal())?.is_some() {
        return Err(name_taken());
    }
    settle_token(desk, &hash, &asked.token).await?;
    usable(desk, &hash)?;
    let _names = desk.names.lock().await;
    if desk.book().is_wanted(&user) {
        return Err(name_taken());
    }
    let redemption = secret::word()
        .map_err(|_| Refusal::new(ErrorCode::Internal, "the system gives no random bytes"))?
        .to_string();
    desk.commit(Event::RedeemBegun { redemption: redemption.clone(), hash, user }).await?;
    Ok(Begun { redemption, seconds: LEASE_SECONDS })
}

fn wanted_account(desk: &Desk, username: &str) -> Result<String, Refusal> {
    let own = username.starts_with("rampart-") || username == "conduit";
    let id = format!("@{username}:{}", desk.homeserver.name());
    if is_localpart(username) && !own && id.len() <= 255 {
        Ok(id)
    } else {
        Err(Refusal::new(ErrorCode::NameInvalid, "the user name has characters that it cannot have"))
    }
}

fn name_taken() -> Refusal {
    Refusal::new(ErrorCode::NameTaken, "the user name is taken")
}

/// Whether one use can be reserved right now.
fn usable(desk: &Desk, hash: &Digest) -> Result<(), Refusal> {
    let state = desk.book().tokens.get(hash).map_or(State::Unknown, |entry| entry.state(Timestamp::now()));
    let (code, message) = match state {
        State::Valid => return Ok(()),
        State::Unknown => return Err(not_found("token")),
        State::Busy => (ErrorCode::TokenBusy, "somebody is using the token right now"),
        State::Used => (ErrorCode::TokenUsed, "the token was used"),
        State::Expired => (ErrorCode::TokenExpired, "the token's time is over"),
        State::Revoked => (ErrorCode::TokenRevoked, "the token was revoked"),
    };
    Err(Refusal::new(code, message))
}

/// Before a use is given out again: if the homeserver has spent it although no account is known, either the account is
/// there after all and is written down, or the use is put back.
async fn settle_token(desk: &Desk, hash: &Digest, token: &str) -> Result<(), Refusal> {
    let known = desk.homeserver.token(token).await.map_err(|failure| failure.refusal())?;
    if known.is_some_and(|known| known.is_valid(Timestamp::now())) {
        return Ok(());
    }
    let Some(entry) = desk.book().tokens.get(hash).cloned() else { return Err(not_found("token")) };
    if entry.freed.is_empty() {
        return Err(Refusal::new(ErrorCode::TokenRevoked, "the homeserver does not take the token any more"));
    }
    if find_late(desk, &entry).await? > 0 {
        return Ok(());
    }
    let uses = entry.free();
    let wanted = Wanted { token, uses: Some(uses), expires: Some(entry.expires) };
    desk.homeserver.restore_token(wanted).await.map_err(|failure| failure.refusal())?;
    desk.commit(Event::TokenRestored { hash: *hash, uses }).await
}

/// Writes down accounts that were made although their redemption had ended without one. Needs the token's turn.
pub(crate) async fn find_late(desk: &Desk, entry: &Entry) -> Result<u32, Refusal> {
    let mut found = 0;
    for user in entry.freed.keys() {
        let is_there = desk.homeserver.account(user).await.map_err(|failure| failure.refusal())?.is_some();
        if is_there && desk.book().origin(user).is_none() && !desk.book().is_wanted(user) {
            let (redemption, hash) = ("late".to_owned(), entry.issue.hash);
            let user = user.clone();
            desk.commit(Event::RedeemMade { redemption, hash, user, found_by: FoundBy::Recovery }).await?;
            found += 1;
        }
    }
    Ok(found)
}

pub(crate) async fn end(desk: &Desk, asked: &End) -> Outcome<Ended> {
    if !secret::is_word(&asked.redemption) {
        return Err(bad("`redemption` is not one"));
    }
    let Some((hash, _)) = desk.book().attempt(&asked.redemption) else { return Err(not_found("redemption")) };
    let _turn = desk.turn(format!("token {hash}")).await;
    // It may have ended while this call waited for its turn.
    let Some((hash, attempt)) = desk.book().attempt(&asked.redemption) else {
        return Err(not_found("redemption"));
    };
    let account = desk.homeserver.account(&attempt.user).await.map_err(|failure| failure.refusal())?;
    let (redemption, user) = (asked.redemption.clone(), attempt.user);
    match (account, asked.outcome) {
        (Some(_), _) => {
            let made = Event::RedeemMade { redemption, hash, user: user.clone(), found_by: FoundBy::Page };
            desk.commit(made).await?;
            Ok(Ended { user: Some(user) })
        }
        (None, Seen::Refused) => {
            desk.commit(Event::RedeemFreed { redemption, hash, user, found_by: FoundBy::Page }).await?;
            Ok(Ended { user: None })
        }
        // The homeserver may still be at it.
        (None, Seen::Unknown) => Ok(Ended { user: None }),
        (None, Seen::Made) => {
            Err(Refusal::new(ErrorCode::Unverified, "the homeserver does not know the account"))
        }
    }
}
