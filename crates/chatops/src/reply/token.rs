//! Tokens.

use broker_api::{
    guest::OpenLink,
    token::{Created, State, Token, Tokens},
};
use jiff::Timestamp;

use super::counted;
use crate::{
    command::Command,
    job::Order,
    markup::{Line, Text},
    moment,
};

/// One was issued. The room sees the id.
pub(super) fn created(
    created: &Created,
    command: &Command,
    order: &Order,
    prefix: &str,
    now: Timestamp,
) -> Text {
    let line = Line::new().text("Token ").code(&created.id);
    let line = match command {
        Command::TokenGenerate { recipient: Some(recipient), .. } => line.text(" for ").strong(recipient),
        _ => line,
    };
    let line = match command {
        Command::TokenGenerate { staff: true, .. } => line.text(" (staff)"),
        _ => line,
    };
    let accounts = counted(usize::try_from(created.uses).unwrap_or(usize::MAX), "account");
    let line = line.text(format!(": good for {accounts} until {}.", moment::at(created.expires, now)));
    let next = Line::new()
        .code(order.sender.as_str())
        .text(" has the address in a direct message. End it with ")
        .code(&format!("{prefix}token revoke {}", created.id))
        .text(".");
    Text::of(line).line(next)
}

/// One is valid for longer.
pub(super) fn extended(token: &Token, now: Timestamp) -> Line {
    Line::new()
        .text("Token ")
        .code(&token.id)
        .text(format!(" is good until {}.", moment::at(token.expires, now)))
}

/// One was ended.
pub(super) fn revoked(token: &Token) -> Line {
    let line = Line::new().text("Token ").code(&token.id).text(" is ended.");
    match token.redeemed.len() {
        0 => line,
        made => line.text(format!(" {} made with it before, and stay.", verb(made))),
    }
}

fn verb(made: usize) -> String {
    if made == 1 { "1 account was".to_owned() } else { format!("{made} accounts were") }
}

/// Many.
pub(super) fn list(tokens: &Tokens, all: bool, now: Timestamp) -> Text {
    let kind = if all { "token" } else { "open token" };
    let head = match tokens.tokens.len() {
        0 => format!("No {kind}."),
        number => format!("{}, newest first:", counted(number, kind)),
    };
    let text =
        Text::of(Line::new().text(head)).list(tokens.tokens.iter().map(|token| row(token, now)).collect());
    if tokens.links.is_empty() {
        return text;
    }
    let head = format!("{}:", counted(tokens.links.len(), "open link"));
    text.line(Line::new().text(head)).list(tokens.links.iter().map(|link| link_row(link, now)).collect())
}

fn link_row(link: &OpenLink, now: Timestamp) -> Line {
    let start = Line::new().text("brings ").code(&link.user).text(" back, by ").code(&link.issuer);
    start.text(format!(", ends {}", moment::at(link.expires, now)))
}

fn row(token: &Token, now: Timestamp) -> Line {
    let line = Line::new().code(&token.id).text(" ").text(state(token.state));
    let line = match &token.recipient {
        Some(recipient) => line.text(", for ").strong(recipient),
        None => line,
    };
    let line = if token.staff { line.text(", staff") } else { line };
    let line = line.text(", by ").code(&token.issuer);
    let is_open = matches!(token.state, State::Valid | State::Busy);
    let word = if is_open { "ends" } else { "end" };
    let used = format!(", {} of {} used, {word} ", token.redeemed.len(), token.uses);
    let line = line.text(used).text(moment::at(token.expires, now));
    match &token.note {
        Some(note) => line.text(": ").said(note),
        None => line,
    }
}

fn state(state: State) -> &'static str {
    match state {
        State::Valid => "open",
        State::Busy => "being used",
        State::Used => "used",
        State::Expired => "expired",
        State::Revoked => "revoked",
        State::Unknown => "unknown",
    }
}

/// One with all that is known.
pub(super) fn show(token: &Token, now: Timestamp) -> Text {
    let mut facts = vec![
        Line::new()
            .text("Issued by ")
            .code(&token.issuer)
            .text(format!(", {}.", moment::at(token.issued, now))),
        Line::new().text(format!("Ends {}.", moment::at(token.expires, now))),
        Line::new().text(format!("{} of {} used.", token.redeemed.len(), token.uses)),
    ];
    if let Some(recipient) = &token.recipient {
        facts.insert(0, Line::new().text("For ").strong(recipient).text("."));
    }
    if token.staff {
        facts.push(Line::new().text("For our own people."));
    }
    if let Some(note) = &token.note {
        facts.push(Line::new().text("Note: ").said(note));
    }
    for redeemed in &token.redeemed {
        let when = format!(" made an account, {}.", moment::at(redeemed.time, now));
        facts.push(Line::new().code(&redeemed.user).text(when));
    }
    if let Some(revoked) = &token.revoked {
        let when = format!(", {}.", moment::at(revoked.time, now));
        facts.push(Line::new().text("Revoked by ").code(&revoked.by).text(when));
    }
    facts.push(Line::new().text("SHA-256: ").code(&token.hash));
    let head = Line::new().text("Token ").code(&token.id).text(format!(": {}.", state(token.state)));
    Text::of(head).list(facts)
}
