//! About whoever asks, and how closed the server is.

use broker_api::{
    account::Reason,
    status::{Guardian, Registration, Status},
};
use chat::UserId;

use super::news;
use crate::{
    entry::Trouble,
    job::{Job, Order},
    markup::{Line, Text},
    rules::Rules,
};

/// The account is not active.
pub(crate) fn inactive(user: &UserId, reason: Option<Reason>, job: &Job) -> Text {
    let line =
        Line::new().code(user.as_str()).text(" may not give orders: ").text(because(reason)).text(". ");
    Text::of(line.text(so_far(job)))
}

/// What an order that ends now has done: the account may have ended while the broker was silent, or after a restart.
fn so_far(job: &Job) -> String {
    let done = job.results.iter().filter(|result| result.is_ok()).count();
    if done > 0 {
        format!("{done} of {} were done before; look at the rest.", job.command.subjects().len())
    } else if job.recorded {
        "Whether it was done before is not known: look.".to_owned()
    } else {
        "Nothing was done.".to_owned()
    }
}

/// Why an account is not active, as the end of a sentence.
pub(super) fn because(reason: Option<Reason>) -> &'static str {
    match reason {
        Some(Reason::Foreign) => "the account is not of our own server",
        Some(Reason::Missing) => "there is no such account",
        Some(Reason::Deactivated) => "the account was deactivated",
        Some(Reason::Locked) => "the account is locked",
        Some(Reason::Suspended) => "the account is suspended",
        Some(Reason::NotInDirectory) => "the directory does not show the account as active",
        None => "the account is not active",
    }
}

/// For the ledger.
pub(crate) fn reason_code(reason: Option<Reason>) -> &'static str {
    match reason {
        Some(Reason::Foreign) => "foreign",
        Some(Reason::Missing) => "missing",
        Some(Reason::Deactivated) => "deactivated",
        Some(Reason::Locked) => "locked",
        Some(Reason::Suspended) => "suspended",
        Some(Reason::NotInDirectory) => "not_in_directory",
        None => "inactive",
    }
}

/// No answer about the account is a no.
pub(crate) fn unvetted(job: &Job) -> Text {
    let line = Line::new().text(
        "The core's broker did not say whether the account is active, and without that nobody may give orders. ",
    );
    Text::of(line.text(so_far(job)).text(" Send it again later."))
}

/// Shown only to somebody who may: everybody else was told why not.
pub(super) fn whoami(order: &Order, rules: &Rules) -> Text {
    let tenant = rules.tenant_of(&order.room);
    let title = tenant.map_or(order.tenant.as_str(), |tenant| tenant.title.as_str());
    let power = if order.power == i64::MAX {
        "without end (the room's creator)".to_owned()
    } else {
        order.power.to_string()
    };
    let needs = tenant.map_or(0, |tenant| tenant.power);
    let list = if tenant.is_some_and(|tenant| tenant.allowed.is_some()) {
        "You are on the list of those who may."
    } else {
        "There is no list besides."
    };
    let quota = rules.quota.map(|quota| {
        Line::new().text(format!("Your open tokens may make {quota} accounts together at most."))
    });
    let second = rules.two_persons.then(|| Line::new().text("What lets somebody in needs a second person."));
    let lines = [
        Some(Line::new().text("Orders here are for ").strong(title).text(".")),
        Some(Line::new().text(format!("Your power level in this room is {power}; it takes {needs}."))),
        Some(Line::new().text(list)),
        Some(Line::new().text("Your account is active right now.")),
        quota,
        second,
    ];
    Text::of(Line::new().text("You are ").code(order.sender.as_str()).text(" and may give orders."))
        .list(lines.into_iter().flatten().collect())
}

/// How closed the guests' server is.
pub(super) fn status(status: &Status) -> Text {
    let registration = match status.registration {
        Registration::Closed => "closed: every way to an account asks for a token",
        Registration::Open => "OPEN: there is a way without a token",
        Registration::Unknown => "not known",
    };
    let guardian = |guardian| match guardian {
        Guardian::Present => "there",
        Guardian::Missing => "MISSING",
        Guardian::Unknown => "not known",
    };
    let head = if status.alarms.is_empty() { "All is well." } else { "Something is wrong." };
    let facts = vec![
        Line::new().text(format!("Registration: {registration}.")),
        Line::new().text(format!(
            "Sentinel: {}; spare: {}.",
            guardian(status.sentinel),
            guardian(status.spare)
        )),
        Line::new().text(format!("Valid tokens of any kind: {}.", status.valid_tokens)),
        Line::new()
            .text(format!("Records of the broker: {}; its version: ", status.records))
            .said(&status.version),
    ];
    let alarms = status.alarms.iter().map(|alarm| news::trouble(Trouble::Found(*alarm)));
    Text::of(Line::new().text(head)).list(alarms.collect()).list(facts)
}
