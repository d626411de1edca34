//! A server access list.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "server_acl",
    part: Part::Blinding,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "Rooms on this server cannot shut other servers out.",
    source: "Matrix spec, Client-Server API, Server access control lists",
};

/// Event types.
pub(crate) const TYPES: &[&str] = &["m.room.server_acl"];
