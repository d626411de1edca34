//! `token-*`.

use broker_api::{
    ErrorCode, Refusal,
    token::{Create, Created, Extend, List, Revoke, Show, State, Token, Tokens},
};
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::{Outcome, bad, conflict, not_found, person, text, until};
use crate::{
    desk::Desk,
    event::{Event, Issue, TokenName},
    homeserver::{Failure, Known, Wanted},
    secret::{self, Digest},
};

pub(crate) async fn create(desk: &Desk, order: &Create) -> Outcome<Created> {
    judge(desk, order)?;
    let expires = until(desk, order.ttl_seconds)?;
    let _turn = desk.turn(format!("order {} {}", order.by, order.key)).await;
    let before = desk.book().by_key(&order.by, &order.key).map(|entry| (entry.issue.clone(), entry.expires));
    if let Some((issue, expires)) = before {
        let token = value(desk, &issue.hash).await?;
        return shown(desk, &issue, expires, &token);
    }
    let word =
        secret::word().map_err(|_| Refusal::new(ErrorCode::Internal, "the system gives no random bytes"))?;
    let hash = Digest::of(&word);
    let issue = Issue {
        hash,
        id: hash.short(),
        key: order.key.clone(),
        by: order.by.clone(),
        room: order.room.clone(),
        recipient: order.recipient.clone(),
        note: order.note.clone(),
        staff: order.staff,
        uses: order.uses,
        expires,
    };
    desk.commit(Event::TokenWanted(issue.clone())).await?;
    let wanted = Wanted { token: &word, uses: Some(order.uses), expires: Some(expires) };
    if let Err(failure) = desk.homeserver.make_token(wanted).await {
        // One that may have arrived is looked for by `settle`.
        if !matches!(&failure, Failure::Silent(error) if error.may_have_acted()) {
            desk.commit(Event::TokenDropped(TokenName { hash })).await?;
        }
        return Err(failure.refusal());
    }
    desk.commit(Event::TokenCreated(TokenName { hash })).await?;
    shown(desk, &issue, expires, &word)
}

fn judge(desk: &Desk, order: &Create) -> Result<(), Refusal> {
    person(&order.by)?;
    text("room", &order.room, 255)?;
    text("key", &order.key, 255)?;
    if let Some(recipient) = &order.recipient {
        text("recipient", recipient, 100)?;
    }
    if let Some(note) = &order.note {
        text("note", note, 300)?;
    }
    let most = desk.guests()?.max_uses;
    if (1..=most).contains(&order.uses) { Ok(()) } else { Err(bad(&format!("`uses` is 1 to {most}"))) }
}

fn shown(desk: &Desk, issue: &Issue, expires: Timestamp, token: &str) -> Outcome<Created> {
    let url = format!("{}?token={token}", desk.guests()?.page_url);
    Ok(Created { id: issue.id.clone(), url, hash: issue.hash.to_string(), expires, uses: issue.uses })
}

/// The token of a hash, which only the homeserver keeps.
async fn value(desk: &Desk, hash: &Digest) -> Result<Zeroizing<String>, Refusal> {
    let tokens = desk.homeserver.tokens().await.map_err(|failure| failure.refusal())?;
    let known = tokens.iter().find(|known| known.digest() == *hash);
    known.map(Known::token).ok_or_else(|| conflict("the homeserver does not have the token any more"))
}

pub(crate) fn list(desk: &Desk, list: List) -> Tokens {
    let now = Timestamp::now();
    let (mut tokens, links): (Vec<Token>, _) = {
        let book = desk.book();
        (book.tokens.values().map(|entry| entry.shown(now)).collect(), book.open_links(now))
    };
    tokens.retain(|token| {
        let open = matches!(token.state, State::Valid | State::Busy);
        open || (list.all && token.state != State::Unknown)
    });
    tokens.sort_by(|one, other| other.issued.cmp(&one.issued).then_with(|| one.id.cmp(&other.id)));
    Tokens { tokens, links }
}

pub(crate) fn show(desk: &Desk, show: &Show) -> Outcome<Token> {
    let book = desk.book();
    let entry = book.by_id(&show.id).ok_or_else(|| not_found("token"))?;
    Ok(entry.shown(Timestamp::now()))
}

pub(crate) async fn extend(desk: &Desk, order: &Extend) -> Outcome<Token> {
    person(&order.by)?;
    let expires = until(desk, order.ttl_seconds)?;
    let hash = hash_of(desk, &order.id)?;
    let _turn = desk.turn(format!("token {hash}")).await;
    let now = show(desk, &Show { id: order.id.clone() })?;
    if !matches!(now.state, State::Valid | State::Busy) {
        return Err(conflict("only a token that is still valid can be extended; issue a new one"));
    }
    let token = value(desk, &hash).await?;
    desk.homeserver.extend_token(&token, expires).await.map_err(|failure| failure.refusal())?;
    desk.commit(Event::TokenExtended { hash, by: order.by.clone(), expires }).await?;
    show(desk, &Show { id: order.id.clone() })
}

pub(crate) async fn revoke(desk: &Desk, order: &Revoke) -> Outcome<Token> {
    person(&order.by)?;
    let hash = hash_of(desk, &order.id)?;
    let _turn = desk.turn(format!("token {hash}")).await;
    let now = show(desk, &Show { id: order.id.clone() })?;
    match now.state {
        State::Revoked => {}
        State::Used | State::Expired | State::Unknown => return Err(conflict("the token is over already")),
        // Written down first: from here on the page refuses it, whatever the homeserver does.
        State::Valid | State::Busy => desk.commit(Event::TokenRevoked { hash, by: order.by.clone() }).await?,
    }
    end(desk, &hash).await.map_err(|failure| failure.refusal())?;
    show(desk, &Show { id: order.id.clone() })
}

/// Takes a token off the homeserver, if it is there.
pub(crate) async fn end(desk: &Desk, hash: &Digest) -> Result<bool, Failure> {
    let tokens = desk.homeserver.tokens().await?;
    match tokens.iter().find(|known| known.digest() == *hash) {
        Some(known) => desk.homeserver.end_token(&known.token()).await.map(|()| true),
        None => Ok(false),
    }
}

fn hash_of(desk: &Desk, id: &str) -> Result<Digest, Refusal> {
    desk.book().by_id(id).map(|entry| entry.issue.hash).ok_or_else(|| not_found("token"))
}
