//! What was left half-done is looked at again and ended: redemptions whose page did not come back, accounts whose end was
//! interrupted, tokens that nobody got, rooms that are not there yet.

use std::{sync::Arc, time::Duration};

use broker_api::Refusal;
use jiff::{SignedDuration, Timestamp};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::{
    book::Stage,
    desk::Desk,
    event::{Event, FoundBy, TokenName},
    secret::Digest,
    verbs::{guest, page, room, token},
};

const EVERY: Duration = Duration::from_secs(5);
const LEASE: SignedDuration = SignedDuration::from_secs(page::LEASE_SECONDS.cast_signed());
/// After this an account of a freed redemption is not looked for any more, but at the next use of its token.
const LATE: SignedDuration = SignedDuration::from_mins(15);

/// Looks again and again until `stop`.
pub(crate) async fn run(desk: Arc<Desk>, stop: CancellationToken) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if let Err(refusal) = once(&desk, LEASE).await {
            tracing::warn!(cause = refusal.message, "something is still half-done");
        }
    }
}

/// Looks once at everything. `lease` is how long a redemption is left to its page. One failure does not keep the rest from
/// being looked at.
pub(crate) async fn once(desk: &Desk, lease: SignedDuration) -> Result<(), Refusal> {
    let outcomes = [
        redemptions(desk, lease).await,
        late_accounts(desk).await,
        endings(desk).await,
        links(desk).await,
        stray_tokens(desk).await,
        rooms(desk).await,
    ];
    outcomes.into_iter().find(Result::is_err).unwrap_or(Ok(()))
}

async fn redemptions(desk: &Desk, lease: SignedDuration) -> Result<(), Refusal> {
    let now = Timestamp::now();
    let old: Vec<(Digest, String)> = {
        let book = desk.book();
        let of = |entry: &crate::book::Entry| {
            let hash = entry.issue.hash;
            let old = entry.open.iter().filter(|(_, attempt)| now.duration_since(attempt.begun) >= lease);
            old.map(move |(redemption, _)| (hash, redemption.clone())).collect::<Vec<_>>()
        };
        book.tokens.values().flat_map(of).collect()
    };
    for (hash, redemption) in old {
        let _turn = desk.turn(format!("token {hash}")).await;
        let Some((_, attempt)) = desk.book().attempt(&redemption) else { continue };
        let user = attempt.user;
        let is_there = desk.homeserver.account(&user).await.map_err(|failure| failure.refusal())?.is_some();
        let found_by = FoundBy::Recovery;
        let event = if is_there {
            Event::RedeemMade { redemption, hash, user, found_by }
        } else {
            Event::RedeemFreed { redemption, hash, user, found_by }
        };
        desk.commit(event).await?;
        tracing::info!(made = is_there, "a redemption whose page did not come back was ended");
    }
    Ok(())
}

async fn late_accounts(desk: &Desk) -> Result<(), Refusal> {
    let now = Timestamp::now();
    let fresh = |time: &Timestamp| now.duration_since(*time) < LATE;
    let entries: Vec<_> =
        desk.book().tokens.values().filter(|entry| entry.freed.values().any(fresh)).cloned().collect();
    for entry in entries {
        let hash = entry.issue.hash;
        let _turn = desk.turn(format!("token {hash}")).await;
        let Some(entry) = desk.book().tokens.get(&hash).cloned() else { continue };
        page::find_late(desk, &entry).await?;
    }
    Ok(())
}

async fn endings(desk: &Desk) -> Result<(), Refusal> {
    let ending: Vec<String> = desk.book().ending.keys().cloned().collect();
    for user in ending {
        let _turn = desk.turn(format!("account {user}")).await;
        let Some((by, _)) = desk.book().ending.get(&user).cloned() else { continue };
        guest::finish(desk, &user, &by).await?;
        tracing::info!("an account whose end was interrupted has ended");
    }
    Ok(())
}

/// A link that was being used when the broker ended: if the account is back, it was used.
async fn links(desk: &Desk) -> Result<(), Refusal> {
    let begun: Vec<(Digest, String)> = {
        let book = desk.book();
        let open = book.links.iter().filter(|(_, link)| link.begun && !link.used);
        open.map(|(hash, link)| (*hash, link.user.clone())).collect()
    };
    for (hash, user) in begun {
        let _turn = desk.turn(format!("account {user}")).await;
        let account = desk.homeserver.account(&user).await.map_err(|failure| failure.refusal())?;
        let is_open = desk.book().links.get(&hash).is_some_and(|link| !link.used);
        if is_open && account.is_some_and(|account| !account.deactivated) {
            desk.commit(Event::LinkUsed { hash, user }).await?;
        }
    }
    Ok(())
}

/// Tokens that were made and never handed out, and revoked ones that the homeserver still has.
async fn stray_tokens(desk: &Desk) -> Result<(), Refusal> {
    let now = Timestamp::now();
    let stray: Vec<(Digest, Stage)> = {
        let book = desk.book();
        let is_stray = |entry: &&crate::book::Entry| match entry.stage {
            Stage::Wanted => now.duration_since(entry.issued) >= LEASE,
            Stage::Created => entry.revoked.is_some() && entry.expires > now,
            Stage::Dropped => false,
        };
        book.tokens.values().filter(is_stray).map(|entry| (entry.issue.hash, entry.stage)).collect()
    };
    if stray.is_empty() {
        return Ok(());
    }
    let known = desk.homeserver.tokens().await.map_err(|failure| failure.refusal())?;
    for (hash, stage) in stray {
        if known.iter().any(|known| known.digest() == hash) {
            token::end(desk, &hash).await.map_err(|failure| failure.refusal())?;
        }
        if stage == Stage::Wanted {
            desk.commit(Event::TokenDropped(TokenName { hash })).await?;
        }
    }
    Ok(())
}

async fn rooms(desk: &Desk) -> Result<(), Refusal> {
    let Some(guests) = &desk.guests else { return Ok(()) };
    for name in &guests.rooms {
        let alias = format!("#{name}:{}", desk.homeserver.name());
        let is_there = desk.book().rooms.iter().any(|room| room.alias == alias);
        if !is_there {
            let _turn = desk.turn(format!("room {name}")).await;
            room::make(desk, name.as_str(), &format!("@rampart-broker:{}", desk.homeserver.name()), true)
                .await?;
        }
    }
    Ok(())
}
