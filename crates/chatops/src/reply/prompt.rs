//! The question before something is taken away, or before somebody is let in by two.

use std::time::Duration;

use chat::UserId;

use crate::{
    command::Command,
    job::Job,
    markup::{Line, Text},
    moment,
};

/// What will happen, and who may say yes.
pub(crate) fn prompt(job: &Job, needs_other: bool, patience: Duration) -> Text {
    let patience = moment::length(patience.as_secs());
    let who = if needs_other {
        Line::new().text("Somebody else who may give orders here must react with ✅ within ")
    } else {
        Line::new().code(job.order.sender.as_str()).text(", react with ✅ within ")
    };
    let who = who.text(patience).text(" to do it; ❌ calls it off.");
    Text::of(intent(&job.command)).line(who)
}

fn intent(command: &Command) -> Line {
    let subjects = command.subjects();
    let names = |line: Line| line.codes(subjects.iter().map(String::as_str));
    let several = if subjects.len() == 1 { "" } else { "s" };
    match command {
        Command::TokenRevoke { .. } => {
            names(Line::new().text(format!("This ends the token{several} "))).text(" for good.")
        }
        Command::TokenExtend { ttl, .. } => {
            names(Line::new().text(format!("This makes the token{several} ")))
                .text(format!(" good for {} from now on.", moment::length(*ttl)))
        }
        Command::GuestLock { .. } => {
            names(Line::new().text(format!("This stops the account{several} "))).text(" until unlocked.")
        }
        Command::GuestUnlock { .. } => {
            names(Line::new().text(format!("This lets the account{several} "))).text(" in again.")
        }
        Command::GuestDeactivate { .. } => {
            names(Line::new().text(format!("This ends the account{several} ")))
                .text(": every device is logged out and every room is left.")
        }
        Command::GuestReactivate { .. } => {
            names(Line::new().text("This issues a link that brings the account ")).text(" back.")
        }
        Command::RoomInvite { room, user } => {
            Line::new().text("This invites ").code(user).text(" into ").code(room).text(".")
        }
        Command::TokenGenerate { recipient, uses, staff, .. } => {
            let accounts = super::counted(usize::try_from(*uses).unwrap_or(usize::MAX), "account");
            let line = Line::new().text(format!("This issues an enrolment address for {accounts}"));
            let line = if *staff { line.text(" of our own people") } else { line };
            match recipient {
                Some(recipient) => line.text(", for ").strong(recipient).text("."),
                None => line.text("."),
            }
        }
        other => Line::new().text("This is ").code(other.name()).text("."),
    }
}

/// Somebody said no.
pub(crate) fn called_off(by: &UserId) -> Text {
    Text::of(Line::new().text("Called off by ").code(by.as_str()).text(". Nothing was done."))
}
