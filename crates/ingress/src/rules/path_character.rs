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

/// Whether something came out of an escape that may not.
pub(crate) fn has_odd(text: &str) -> bool {
    if text.is_ascii() {
        return text.bytes().any(|byte| byte.is_ascii_control() || byte == b'\\');
    }
    text.chars().any(|character| character.is_control() || character == '\\')
}
