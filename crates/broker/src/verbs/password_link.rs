//! `password-link-*`: a link sets a password once and brings its account back. Until then it can be ended.

use broker_api::{
    ErrorCode, Nothing, Refusal,
    guest::{Order, PasswordLink, Reactivate},
    page::{LinkFound, LinkLookup, LinkRedeem, LinkRedeemed},
    token::State,
};
use jiff::Timestamp;

use super::{Outcome, conflict, guest, not_found, person, until};
use crate::{
    desk::Desk,
    event::Event,
    secret::{self, Digest},
};

/// Longest password. Both servers hash it, which is work.
const LONGEST_PASSWORD: usize = 512;

pub(crate) async fn create(desk: &Desk, order: &Reactivate) -> Outcome<PasswordLink> {
    person(&order.by)?;
    let expires = until(desk, order.ttl_seconds)?;
    let user = guest::subject(desk, &order.user).await?.name;
    let _turn = desk.turn(format!("account {user}")).await;
    // Looked at in its turn: an older link may have brought the account back while this call waited.
    if !guest::subject(desk, &user).await?.deactivated {
        return Err(conflict("the account has not ended"));
    }
    let word =
        secret::word().map_err(|_| Refusal::new(ErrorCode::Internal, "the system gives no random bytes"))?;
    let (hash, by) = (Digest::of(&word), order.by.clone());
    desk.commit(Event::LinkCreated { hash, user: user.clone(), by, expires }).await?;
    let url = format!("{}/password?token={}", desk.guests()?.page_url, *word);
    Ok(PasswordLink { user, url, expires })
}

/// Ends the open link of an account. The homeserver knows nothing of links, so it is not asked.
pub(crate) async fn revoke(desk: &Desk, order: &Order) -> Outcome<Nothing> {
    person(&order.by)?;
    let user = desk.homeserver.user_id(&order.user).ok_or_else(|| not_found("account"))?;
    // Whoever is using it right now has come first.
    let _turn = desk.turn(format!("account {user}")).await;
    if !desk.book().open_links(Timestamp::now()).iter().any(|link| link.user == user) {
        return Err(not_found("open link"));
    }
    desk.commit(Event::LinkRevoked { user, by: order.by.clone() }).await?;
    Ok(Nothing {})
}

/// The same steps for every link, known or not.
pub(crate) async fn lookup(desk: &Desk, asked: &LinkLookup) -> Outcome<LinkFound> {
    let nobody = format!("@rampart-nobody:{}", desk.homeserver.name());
    let link = desk.book().links.get(&Digest::of(&asked.link)).cloned();
    let user = link.as_ref().map_or(nobody.as_str(), |link| link.user.as_str());
    let account = desk.homeserver.account(user).await.map_err(|failure| failure.refusal())?;
    let Some(link) = link else { return Ok(LinkFound { state: State::Unknown, user: None }) };
    let state = match link.state(Timestamp::now()) {
        State::Valid if account.is_none_or(|account| !account.deactivated) => State::Used,
        state => state,
    };
    Ok(LinkFound { state, user: (state == State::Valid).then_some(link.user) })
}

pub(crate) async fn redeem(desk: &Desk, asked: &LinkRedeem) -> Outcome<LinkRedeemed> {
    let hash = Digest::of(&asked.link);
    let user = desk.book().links.get(&hash).map(|link| link.user.clone()).ok_or_else(|| not_found("link"))?;
    let _turn = desk.turn(format!("account {user}")).await;
    let state = desk.book().links.get(&hash).map_or(State::Unknown, |link| link.state(Timestamp::now()));
    match state {
        State::Valid => {}
        State::Expired => return Err(Refusal::new(ErrorCode::TokenExpired, "the link's time is over")),
        State::Revoked => return Err(Refusal::new(ErrorCode::TokenRevoked, "there is a newer link")),
        State::Used | State::Busy | State::Unknown => {
            return Err(Refusal::new(ErrorCode::TokenUsed, "the link was used"));
        }
    }
    let length = asked.password.chars().count();
    if !(8..=LONGEST_PASSWORD).contains(&length) {
        return Err(Refusal::new(ErrorCode::PasswordRefused, "the password is too short or too long"));
    }
    let account = desk.homeserver.account(&user).await.map_err(|failure| failure.refusal())?;
    if account.is_none_or(|account| !account.deactivated) {
        return Err(Refusal::new(ErrorCode::TokenUsed, "the account is back already"));
    }
    desk.commit(Event::LinkBegun { hash }).await?;
    desk.homeserver.set_password(&user, &asked.password).await.map_err(|failure| failure.refusal())?;
    let account = desk.homeserver.account(&user).await.map_err(|failure| failure.refusal())?;
    if account.is_none_or(|account| account.deactivated) {
        return Err(Refusal::new(ErrorCode::Unverified, "the account did not come back"));
    }
    desk.commit(Event::LinkUsed { hash, user: user.clone() }).await?;
    Ok(LinkRedeemed { user })
}
