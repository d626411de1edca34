//! A room is closed in favour of another, where nobody reads along yet.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "tombstone",
    part: Part::Blinding,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "Rooms on this server cannot be replaced by others.",
    source: "Matrix spec, Client-Server API, Room upgrades",
};

/// Event types.
pub(crate) const TYPES: &[&str] = &["m.room.tombstone"];
