//! A character that no Matrix path has: control, NUL, backslash, quote.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "path_character",
    part: Part::Form,
    status: 400,
    errcode: "M_UNRECOGNIZED",
    sentence: "The path is not spelt correctly.",
    source: "RFC 3986 §3.3; line breaks pass expressions that use `.` (RE2), backslashes become slashes (WHATWG URL)",
};

/// What RFC 3986 allows in a segment, and the brackets that proxies leave alone.
pub(crate) const fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.'
                | b'_'
                | b'~'
                | b'%'
                | b'!'
                | b'$'
                | b'&'
                | b'\''
                | b'('
                | b')'
                | b'*'
                | b'+'
                | b','
                | b';'
                | b'='
                | b':'
                | b'@'
                | b'['
                | b']'
        )
}

/// What may not even come out of an escape.
pub(crate) fn is_odd(character: char) -> bool {
    character.is_control() || character == '\\'
}
