//! What the verbs do.

pub(crate) mod account;
pub(crate) mod guest;
pub(crate) mod page;
pub(crate) mod password_link;
pub(crate) mod room;
pub(crate) mod status;
pub(crate) mod token;

use broker_api::{ErrorCode, Refusal};
use jiff::{SignedDuration, Timestamp};

use crate::desk::Desk;

/// Answer, and whom or what the call was about.
pub(crate) type Outcome<A> = Result<A, Refusal>;

fn bad(message: &str) -> Refusal {
    Refusal::new(ErrorCode::BadRequest, message)
}

/// A text of people: bounded, and without control characters, which could forge a line somewhere.
fn text(name: &str, text: &str, most: usize) -> Result<(), Refusal> {
    if text.is_empty() || text.chars().count() > most || text.chars().any(char::is_control) {
        return Err(bad(&format!(
            "`{name}` is empty, longer than {most} characters or has control characters"
        )));
    }
    Ok(())
}

/// A Matrix id of any server.
fn person(text: &str) -> Result<(), Refusal> {
    let good = text.parse::<values::UserId>().is_ok();
    if good { Ok(()) } else { Err(bad("`by` is not a Matrix id")) }
}

/// The end of a life that begins now.
fn until(desk: &Desk, seconds: u64) -> Result<Timestamp, Refusal> {
    let most = desk.guests()?.max_ttl.as_secs();
    if !(60..=most).contains(&seconds) {
        return Err(bad(&format!("it must last between 60 and {most} seconds")));
    }
    let life = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
    Timestamp::now().checked_add(life).map_err(|_| bad("it would end after the end of time"))
}

fn not_found(what: &str) -> Refusal {
    Refusal::new(ErrorCode::NotFound, format!("there is no such {what}"))
}

fn conflict(message: &str) -> Refusal {
    Refusal::new(ErrorCode::Conflict, message)
}
