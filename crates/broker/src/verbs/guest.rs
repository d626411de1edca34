//! `guest-*`.

use std::time::Duration;

use broker_api::{
    ErrorCode, Refusal,
    guest::{Deactivated, Details, Guest, Guests, Order, Show},
};
use tokio::time::sleep;

use super::{Outcome, conflict, not_found, person};
use crate::{
    desk::Desk,
    event::Event,
    homeserver::{Account, Failure, Homeserver},
    secret,
};

/// Leaving is tried so often: somebody may be let into a room meanwhile.
const ROUNDS: u32 = 3;
/// Looking whether it held: Synapse leaves rooms some time after it said yes.
const LOOKS: u32 = 12;
const PAUSE: Duration = Duration::from_millis(250);

pub(crate) async fn list(desk: &Desk) -> Outcome<Guests> {
    let accounts = desk.homeserver.accounts().await.map_err(|failure| failure.refusal())?;
    let mut guests: Vec<Guest> =
        accounts.iter().filter(|account| !is_own(account)).map(|account| shown(desk, account)).collect();
    guests.sort_by(|one, other| one.user.cmp(&other.user));
    Ok(Guests { guests })
}

pub(crate) async fn show(desk: &Desk, asked: &Show) -> Outcome<Details> {
    let account = subject(desk, &asked.user).await?;
    let rooms = desk.homeserver.joined_rooms(&account.name).await.map_err(|failure| failure.refusal())?;
    let sessions = desk.homeserver.sessions(&account.name).await.map_err(|failure| failure.refusal())?;
    Ok(Details { guest: shown(desk, &account), rooms, sessions })
}

pub(crate) async fn lock(desk: &Desk, order: &Order, locked: bool) -> Outcome<Guest> {
    person(&order.by)?;
    let user = subject(desk, &order.user).await?.name;
    let _turn = desk.turn(format!("account {user}")).await;
    // Again: it may have ended while this call waited.
    if subject(desk, &user).await?.deactivated {
        return Err(conflict("the account has ended"));
    }
    let account = desk.homeserver.lock(&user, locked).await.map_err(|failure| failure.refusal())?;
    desk.commit(Event::GuestLocked { user, by: order.by.clone(), locked }).await?;
    Ok(shown(desk, &account))
}

pub(crate) async fn deactivate(desk: &Desk, order: &Order) -> Outcome<Deactivated> {
    person(&order.by)?;
    let user = subject(desk, &order.user).await?.name;
    let _turn = desk.turn(format!("account {user}")).await;
    desk.commit(Event::DeactivateBegun { user: user.clone(), by: order.by.clone() }).await?;
    finish(desk, &user, &order.by).await
}

/// Ends an account whose end has begun. Can be repeated. Needs the account's turn.
pub(crate) async fn finish(desk: &Desk, user: &str, by: &str) -> Outcome<Deactivated> {
    let (sessions, rooms) = end(&desk.homeserver, user).await.map_err(|failure| failure.refusal())?;
    let event = Event::Deactivated { user: user.to_owned(), by: by.to_owned(), sessions, rooms };
    desk.commit(event).await?;
    Ok(Deactivated { user: user.to_owned(), sessions, rooms })
}

/// First nobody can use the account any more (its password becomes one that nobody knows, its sessions end), then it leaves
/// its rooms, then it ends, and then all three are looked at. Gives the number of sessions and of rooms.
pub(crate) async fn end(server: &Homeserver, user: &str) -> Result<(u32, u32), Failure> {
    let sessions = server.sessions(user).await?;
    let mut rooms = server.joined_rooms(user).await?;
    let left = u32::try_from(rooms.len()).unwrap_or(u32::MAX);
    if !rooms.is_empty() || sessions > 0 {
        let word = secret::word().map_err(|_| Failure::Unverified("the system gives no random bytes"))?;
        server.set_password(user, &word).await?;
        for _ in 0..ROUNDS {
            server.leave_rooms(user, &rooms).await?;
            rooms = server.joined_rooms(user).await?;
            if rooms.is_empty() {
                break;
            }
        }
    }
    server.end_account(user).await?;
    for _ in 0..LOOKS {
        if has_ended(server, user).await? {
            return Ok((sessions, left));
        }
        sleep(PAUSE).await;
    }
    Err(Failure::Unverified("the account ended, but it still has a session or a room"))
}

async fn has_ended(server: &Homeserver, user: &str) -> Result<bool, Failure> {
    let deactivated = server.account(user).await?.is_some_and(|account| account.deactivated);
    Ok(deactivated && server.joined_rooms(user).await?.is_empty() && server.sessions(user).await? == 0)
}

/// The account that an order is about: there, of this server, and none of the server's own.
pub(crate) async fn subject(desk: &Desk, text: &str) -> Result<Account, Refusal> {
    let user = desk.homeserver.user_id(text).ok_or_else(|| not_found("account"))?;
    let account = desk.homeserver.account(&user).await.map_err(|failure| failure.refusal())?;
    match account {
        None => Err(not_found("account")),
        Some(account) if is_own(&account) => {
            Err(Refusal::new(ErrorCode::Conflict, "the account belongs to the server, not to a guest"))
        }
        Some(account) => Ok(account),
    }
}

/// Administrators and the servers' own accounts are nobody's guests.
fn is_own(account: &Account) -> bool {
    account.admin || is_of_the_server(&account.name)
}

/// Whether an account is one that the homeserver or a program of ours uses.
pub(crate) fn is_of_the_server(user: &str) -> bool {
    ["@rampart-", "@conduit:"].iter().any(|start| user.starts_with(start))
}

fn shown(desk: &Desk, account: &Account) -> Guest {
    let book = desk.book();
    let origin = book.origin(&account.name);
    Guest {
        user: account.name.clone(),
        display_name: account.display_name.clone(),
        staff: origin.is_some_and(|(entry, _)| entry.issue.staff),
        token: origin.map(|(entry, _)| entry.issue.id.clone()),
        issuer: origin.map(|(entry, _)| entry.issue.by.clone()),
        joined: origin.map(|(_, time)| time),
        locked: account.locked,
        deactivated: account.deactivated,
    }
}
