//! An event that is ciphertext.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "ciphertext_event",
    part: Part::Audit,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "Messages on this server are kept for the record, so they cannot be encrypted.",
    source: "Matrix spec, Client-Server API, m.room.encrypted; MSC3414 and MSC4362 (as state); MSC3956 (extensible)",
};

/// Event types.
pub(crate) const TYPES: &[&str] = &["m.room.encrypted", "m.encrypted", "org.matrix.msc1767.encrypted"];
