//! Rooms.

use broker_api::room::{Room, Rooms};

use super::counted;
use crate::markup::{Line, Text};

/// One was made.
pub(super) fn created(room: &Room) -> Line {
    Line::new().text("Room ").code(&room.alias).text(" is there. Invite people into it.")
}

/// Somebody was invited.
pub(super) fn invited(room: &str, user: &str) -> Line {
    Line::new().code(user).text(" is invited into ").code(room).text(".")
}

/// All.
pub(super) fn list(rooms: &Rooms) -> Text {
    let head = match rooms.rooms.len() {
        0 => "No room.".to_owned(),
        number => format!("{}:", counted(number, "room")),
    };
    let row = |room: &Room| {
        let line = Line::new().code(&room.alias);
        if room.joined_by_all { line.text(", joined by every new account") } else { line }
    };
    Text::of(Line::new().text(head)).list(rooms.rooms.iter().map(row).collect())
}
