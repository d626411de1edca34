//! An event that takes the content out of another.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "redaction_event",
    part: Part::Audit,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "Messages on this server are kept for the record and cannot be deleted.",
    source: "Matrix spec, Client-Server API, m.room.redaction; MSC2174, MSC2244, MSC4169; tuwunel: src/service/rooms/timeline/append.rs acts on the type alone, also as state",
};

/// Event types.
pub(crate) const TYPES: &[&str] = &["m.room.redaction"];
