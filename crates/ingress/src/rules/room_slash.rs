//! A room id with a slash in it.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "room_slash",
    part: Part::Form,
    status: 400,
    errcode: "M_INVALID_PARAM",
    sentence: "The room is not spelt correctly.",
    source: "Matrix spec, appendices, Room IDs (servers make them of letters, digits, - and _); whoever decodes a path \
             before splitting it would find other words behind the room",
};
