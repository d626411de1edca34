//! Guests.

use broker_api::guest::{Deactivated, Details, Guest, Guests, PasswordLink};
use jiff::Timestamp;

use super::counted;
use crate::{
    job::Order,
    markup::{Line, Text},
    moment,
};

/// Many; without those that are over, unless asked for.
pub(super) fn list(guests: &Guests, all: bool) -> Text {
    let shown: Vec<&Guest> = guests.guests.iter().filter(|guest| all || !guest.deactivated).collect();
    let head = match shown.len() {
        0 => "No accounts.".to_owned(),
        number => format!("{}:", counted(number, "account")),
    };
    Text::of(Line::new().text(head)).list(shown.into_iter().map(row).collect())
}

fn row(guest: &Guest) -> Line {
    let line = Line::new().code(&guest.user);
    let line = match &guest.display_name {
        Some(name) => line.text(" ").strong(name),
        None => line,
    };
    let line = if guest.staff { line.text(", staff") } else { line };
    let line = match &guest.issuer {
        Some(issuer) => line.text(", let in by ").code(issuer),
        None => line,
    };
    match state(guest) {
        Some(state) => line.text(format!(", {state}")),
        None => line,
    }
}

fn state(guest: &Guest) -> Option<&'static str> {
    if guest.deactivated {
        Some("deactivated")
    } else if guest.locked {
        Some("locked")
    } else {
        None
    }
}

/// One with all that is known.
pub(super) fn show(details: &Details, now: Timestamp) -> Text {
    let Details { guest, rooms, sessions } = details;
    let mut facts = Vec::new();
    if let Some(name) = &guest.display_name {
        facts.push(Line::new().text("Name: ").strong(name));
    }
    facts.push(Line::new().text(if guest.staff { "One of our own people." } else { "Guest." }));
    if let (Some(token), Some(issuer)) = (&guest.token, &guest.issuer) {
        let joined = guest.joined.map(|joined| format!(", {}", moment::at(joined, now))).unwrap_or_default();
        let line = Line::new().text("Let in with token ").code(token).text(" by ").code(issuer);
        facts.push(line.text(joined).text("."));
    }
    facts.push(Line::new().text(format!("{} logged in.", counted(*sessions as usize, "device"))));
    let line = Line::new().text(counted(rooms.len(), "room"));
    facts.push(if rooms.is_empty() {
        line.text(".")
    } else {
        line.text(": ").codes(rooms.iter().take(20).map(String::as_str))
    });
    let head = Line::new().code(&guest.user).text(format!(": {}.", state(guest).unwrap_or("active")));
    Text::of(head).list(facts)
}

/// Stopped, or not any more.
pub(super) fn locked(guest: &Guest) -> Line {
    let state = if guest.locked { " is locked." } else { " is not locked any more." };
    Line::new().code(&guest.user).text(state)
}

/// Ended, and looked at again.
pub(super) fn deactivated(ended: &Deactivated) -> Line {
    let devices = counted(ended.sessions as usize, "device");
    let rooms = counted(ended.rooms as usize, "room");
    Line::new()
        .code(&ended.user)
        .text(format!(" is deactivated: {devices} logged out, {rooms} left; looked at again."))
}

/// A link was issued. The room does not see it.
pub(super) fn link(issued: &PasswordLink, order: &Order, prefix: &str, now: Timestamp) -> Text {
    let line = Line::new()
        .code(order.sender.as_str())
        .text(" has a link for ")
        .code(&issued.user)
        .text(format!(" in a direct message, good until {}. ", moment::at(issued.expires, now)))
        .text("The account stays as it is until the guest has set a password with it.");
    let command = format!("{prefix}guest deactivate {}", issued.user);
    Text::of(line).line(Line::new().text("End the link with ").code(&command).text("."))
}
