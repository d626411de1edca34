//! `account-active`, the core's only verb: may this person give orders right now?

use broker_api::{
    ErrorCode, Refusal,
    account::{Active, Activity, Reason},
};

use super::Outcome;
use crate::{desk::Desk, homeserver::Account};

/// No answer of the homeserver or the directory is an error, and an error is no.
pub(crate) async fn active(desk: &Desk, asked: &Active) -> Outcome<Activity> {
    let directory = desk.directory.is_some();
    let no = |reason| Activity { active: false, reason: Some(reason), directory };
    if !desk.homeserver.is_local(&asked.user) {
        return Ok(no(Reason::Foreign));
    }
    let account = desk.homeserver.account(&asked.user).await.map_err(|failure| failure.refusal())?;
    if let Some(reason) = stopped(account.as_ref(), &asked.user) {
        return Ok(no(reason));
    }
    if let Some(directory) = &desk.directory {
        let known = directory.knows(&asked.user).await.map_err(|error| {
            tracing::warn!(cause = daemon::program::chain(&error), "the directory gave no answer");
            Refusal::new(ErrorCode::HomeserverFailed, "the directory gives no answer")
        })?;
        if !known {
            return Ok(no(Reason::NotInDirectory));
        }
    }
    Ok(Activity { active: true, reason: None, directory })
}

fn stopped(account: Option<&Account>, user: &str) -> Option<Reason> {
    let Some(account) = account.filter(|account| account.name == user) else { return Some(Reason::Missing) };
    if account.deactivated || account.erased {
        Some(Reason::Deactivated)
    } else if account.locked {
        Some(Reason::Locked)
    } else if account.suspended {
        Some(Reason::Suspended)
    } else {
        None
    }
}
