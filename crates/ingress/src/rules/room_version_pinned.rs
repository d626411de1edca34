//! A room of another version than the one that the lock binds.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "room_version_pinned",
    part: Part::Audit,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "Rooms of this version cannot be made on this server.",
    source: "Matrix spec, rooms v12: creators stand above every power level, and so above the lock",
};
