//! An event that makes a room encrypted.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "encryption_event",
    part: Part::Audit,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "Messages on this server are kept for the record, so rooms cannot be encrypted.",
    source: "Matrix spec, Client-Server API, m.room.encryption",
};

/// Event types.
pub(crate) const TYPES: &[&str] = &["m.room.encryption"];
