//! A state event that lets messages expire.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "retention_event",
    part: Part::Audit,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "Messages on this server are kept for the record; a room cannot set an end to that.",
    source: "MSC1763; synapse purges by it",
};

/// Event types.
pub(crate) const TYPES: &[&str] = &["m.room.retention", "org.matrix.msc1763.retention"];
