//! `status`: the fail-open trap is watched, and a second wall is kept up.
//!
//! Tuwunel asks for a token only while a valid one exists. The first wall is the sentinel in its own token file. The second
//! is the spare: a token in its database, without end, whose value is forgotten at once. Whenever the spare is not there,
//! it is made again here.

use std::path::Path;

use broker_api::{
    Refusal,
    status::{Alarm, Guardian, Registration, Status},
};
use jiff::{SignedDuration, Timestamp};
use settings::broker::HomeserverKind;

use super::Outcome;
use crate::{
    desk::Desk,
    event::Event,
    homeserver::{Failure, Known, Wanted},
    secret::{self, Digest},
    state,
};

/// The last answer that was written down.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    last: Option<(Timestamp, Status)>,
    repeated: u64,
}

/// An answer that does not change is written down so often.
const EVERY: SignedDuration = SignedDuration::from_hours(1);

pub(crate) async fn status(desk: &Desk) -> Outcome<Status> {
    let mut watch = desk.watch.lock().await;
    let mut status = look(desk).await?;
    let now = Timestamp::now();
    let same = watch.last.as_ref().is_some_and(|(time, last)| {
        now.duration_since(*time) < EVERY && Status { records: last.records, ..status.clone() } == *last
    });
    if same {
        watch.repeated += 1;
    } else {
        let shown = serde_json::to_value(&status).unwrap_or_default();
        desk.commit(Event::Status { status: shown, repeated: watch.repeated }).await?;
        watch.repeated = 0;
        watch.last = Some((now, status.clone()));
    }
    status.records = desk.records();
    Ok(status)
}

async fn look(desk: &Desk) -> Result<Status, Refusal> {
    let mut status = Status {
        registration: Registration::Unknown,
        valid_tokens: 0,
        sentinel: Guardian::Unknown,
        spare: Guardian::Unknown,
        alarms: Vec::new(),
        records: desk.records(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    if let Err(failure) = guardians(desk, &mut status).await? {
        failure.refusal();
        status.alarms.push(Alarm::HomeserverSilent);
    }
    // After the guardians: what they mended counts.
    match desk.homeserver.registration().await {
        Ok(registration) => status.registration = registration,
        Err(failure) => {
            failure.refusal();
            if status.alarms.is_empty() {
                status.alarms.push(Alarm::HomeserverSilent);
            }
        }
    }
    if status.registration != Registration::Closed && !status.alarms.contains(&Alarm::HomeserverSilent) {
        status.alarms.push(Alarm::RegistrationOpen);
    }
    if status.sentinel != Guardian::Present {
        status.alarms.push(Alarm::SentinelMissing);
    }
    if status.spare != Guardian::Present {
        status.alarms.push(Alarm::SpareMissing);
    }
    unsettled(desk, &mut status.alarms);
    for alarm in &status.alarms {
        tracing::error!(?alarm, "the guests' server is not as it should be");
    }
    Ok(status)
}

/// Looks for sentinel and spare, and mends what can be mended. The outer error is the ledger's.
async fn guardians(desk: &Desk, status: &mut Status) -> Result<Result<(), Failure>, Refusal> {
    let mut tokens = match desk.homeserver.tokens().await {
        Ok(tokens) => tokens,
        Err(failure) => return Ok(Err(failure)),
    };
    if mend(desk, &tokens).await? {
        tokens = match desk.homeserver.tokens().await {
            Ok(tokens) => tokens,
            Err(failure) => return Ok(Err(failure)),
        };
    }
    let now = Timestamp::now();
    let valid: Vec<Digest> = tokens.iter().filter(|known| known.is_valid(now)).map(Known::digest).collect();
    let guardian = |is_there: bool| if is_there { Guardian::Present } else { Guardian::Missing };
    status.valid_tokens = u32::try_from(valid.len()).unwrap_or(u32::MAX);
    status.spare = guardian(valid.iter().any(|digest| desk.book().spares.contains(digest)));
    if let Some(sentinel) = sentinel(desk)? {
        status.sentinel = guardian(valid.contains(&Digest::of(&sentinel)));
    }
    Ok(Ok(()))
}

/// The sentinel as its file says; `None` when that is unreadable, blank or no token.
fn sentinel(desk: &Desk) -> Result<Option<String>, Refusal> {
    let text = state::read(Path::new(&desk.guests()?.sentinel_file)).ok().flatten();
    Ok(text.filter(|text| secret::is_word(text)).map(|text| text.to_string()))
}

/// Puts back what is missing and can be made here. Says whether anything was made.
async fn mend(desk: &Desk, tokens: &[Known]) -> Result<bool, Refusal> {
    let now = Timestamp::now();
    let has = |digest: &Digest| tokens.iter().any(|known| known.is_valid(now) && known.digest() == *digest);
    let mut made = false;
    // Synapse has no token file; there the sentinel lives in the database.
    if desk.homeserver.kind() == HomeserverKind::Synapse
        && let Some(sentinel) = sentinel(desk)?
        && !has(&Digest::of(&sentinel))
    {
        made |= make(desk, &sentinel).await;
    }
    let spares: Vec<Digest> = desk.book().spares.iter().copied().collect();
    if !spares.iter().any(has)
        && let Ok(word) = secret::word()
    {
        desk.commit(Event::SpareCreated { hash: Digest::of(&word) }).await?;
        made |= make(desk, &word).await;
    }
    Ok(made)
}

async fn make(desk: &Desk, token: &str) -> bool {
    let made = desk.homeserver.make_token(Wanted { token, uses: None, expires: None }).await;
    if let Err(failure) = &made {
        failure.refusal();
    }
    made.is_ok()
}

/// Things that `settle` should have ended by now.
fn unsettled(desk: &Desk, alarms: &mut Vec<Alarm>) {
    let late = i64::try_from(super::page::LEASE_SECONDS * 2).unwrap_or(i64::MAX);
    let now = Timestamp::now();
    let book = desk.book();
    let mut open = book.tokens.values().flat_map(|entry| entry.open.values());
    if open.any(|attempt| now.duration_since(attempt.begun).as_secs() > late) {
        alarms.push(Alarm::RedemptionUnsettled);
    }
    if book.ending.values().any(|(_, begun)| now.duration_since(*begun).as_secs() > late) {
        alarms.push(Alarm::DeactivationUnsettled);
    }
}
