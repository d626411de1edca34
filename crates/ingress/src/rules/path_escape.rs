//! A percent escape that is broken or no UTF-8.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "path_escape",
    part: Part::Form,
    status: 400,
    errcode: "M_UNRECOGNIZED",
    sentence: "The path is not spelt correctly.",
    source: "RFC 3986 §2.1; RFC 3629",
};

/// Whether two hexadecimal digits follow each `%`.
pub(crate) fn are_whole(raw: &[u8]) -> bool {
    raw.iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'%')
        .all(|(at, _)| raw.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)))
}
