//! What one person alone is told. The only texts with a secret in them.

use jiff::Timestamp;

use super::counted;
use crate::{
    ask::Answer,
    command::Command,
    markup::{Line, Text},
    moment,
};

/// The letter with a secret; none for answers that have none.
pub(crate) fn letter(command: &Command, answer: &Answer, now: Timestamp) -> Option<Text> {
    match answer {
        Answer::TokenCreate(created) => {
            let recipient = match command {
                Command::TokenGenerate { recipient, .. } => recipient.as_deref(),
                _ => None,
            };
            let line = Line::new().text("Enrolment address");
            let line = match recipient {
                Some(recipient) => line.text(" for ").strong(recipient),
                None => line,
            };
            let accounts = counted(usize::try_from(created.uses).unwrap_or(usize::MAX), "account");
            let until = moment::at(created.expires, now);
            let terms = Line::new()
                .text(format!("Good for {accounts} until {until}. Whoever has it can use it. Id: "))
                .code(&created.id);
            Some(Text::of(line.text(":")).link(&created.url).line(terms))
        }
        Answer::GuestReactivate(link) => {
            let until = moment::at(link.expires, now);
            let terms =
                format!("Good once, until {until}. The guest sets a new password with it and is back.");
            let head = Line::new().text("Link for ").code(&link.user).text(":");
            Some(Text::of(head).link(&link.url).line(Line::new().text(terms)))
        }
        _ => None,
    }
}
