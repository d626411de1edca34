//! A room id with a slash in it, however often it has to be decoded for that.

use crate::{
    decoded_again::decoded_again,
    rule::{Part, Rule},
};

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

/// Whether whoever decodes an id, once or again, and takes a backslash for a slash, finds other words behind it.
pub(crate) fn is_split(room: &str) -> bool {
    room.contains('/') || decoded_again(room).any(|room| room.contains(['/', '\\']))
}
