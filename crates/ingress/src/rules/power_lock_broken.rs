//! A user level at or above the lock on encryption and redaction.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "power_lock_broken",
    part: Part::Audit,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "Nobody in a room of this server can have a level this high.",
    source: "Matrix spec, rooms v11, authorization rules for m.room.power_levels; tuwunel: src/api/client/room/create.rs, the request's override wins over the server's",
};
