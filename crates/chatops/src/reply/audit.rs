//! The ledger, for people.

use jiff::Timestamp;

use super::{counted, news, person};
use crate::{
    entry::{Because, Event, Recorded},
    markup::{Line, Text},
    moment,
};

/// Records, oldest first.
pub(crate) fn audit(records: &[Recorded], now: Timestamp) -> Text {
    let head = match records.len() {
        0 => "No record.".to_owned(),
        number => format!("{}, oldest first:", counted(number, "record")),
    };
    let row = |record: &Recorded| {
        Line::new().text(format!("{} – ", moment::at(record.time, now))).append(line(&record.entry.event))
    };
    Text::of(Line::new().text(head)).list(records.iter().map(row).collect())
}

fn line(event: &Event) -> Line {
    let by = |by: &chat::UserId| Line::new().code(by.as_str());
    match event {
        Event::Ordered { by: who, verb, subjects, approved, .. } => {
            let line = by(who).text(" ordered ").code(verb);
            let line = if subjects.is_empty() { line } else { line.text(": ") };
            let line = line.codes(subjects.iter().map(String::as_str));
            match approved {
                Some(second) => line.text(", agreed by ").code(second.as_str()),
                None => line,
            }
        }
        Event::Refused { by: who, verb, why, .. } => {
            by(who).text(" was refused ").code(verb).text(": ").code(why)
        }
        Event::Issued { by: who, id, recipient, uses, expires, .. } => {
            let line = by(who).text(" issued token ").code(id);
            let line = match recipient {
                Some(recipient) => line.text(" for ").strong(recipient),
                None => line,
            };
            let accounts = counted(*uses as usize, "account");
            line.text(format!(", {accounts}, until {}", moment::iso(*expires)))
        }
        Event::Extended { by: who, id, expires, .. } => {
            by(who).text(" extended token ").code(id).text(format!(" until {}", moment::iso(*expires)))
        }
        Event::Revoked { by: who, id, because, issuer, reason, .. } => {
            let line = by(who).text(" ended token ").code(id).text(" of ").code(issuer);
            match because {
                Because::Ordered => line,
                Because::IssuerInactive => line.text(", since ").text(person::because(*reason)),
                Because::NotDelivered => line.text(", which reached nobody"),
            }
        }
        Event::Redeemed { id, user, .. } => {
            Line::new().code(user).text(" made an account with token ").code(id)
        }
        Event::Locked { by: who, user, locked } => {
            by(who).text(if *locked { " locked " } else { " unlocked " }).code(user)
        }
        Event::Deactivated { by: who, user, .. } => by(who).text(" deactivated ").code(user),
        Event::LinkIssued { by: who, user, .. } => by(who).text(" issued a password link for ").code(user),
        Event::LinkRevoked { by: who, user, issuer, .. } => by(who)
            .text(" ended the password link for ")
            .code(user)
            .text(", issued by ")
            .code(issuer.as_str()),
        Event::RoomCreated { by: who, alias, .. } => by(who).text(" made room ").code(alias),
        Event::RoomInvited { by: who, room, user } => {
            by(who).text(" invited ").code(user).text(" into ").code(room)
        }
        Event::AlarmBegan { alarm } => Line::new().text("began ").append(news::trouble(*alarm)),
        Event::AlarmEnded { alarm } => Line::new().text("over ").append(news::trouble(*alarm)),
    }
}
