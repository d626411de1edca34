//! A segment of the path is `.` or `..`, however it is spelt, or nothing but path parameters.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "path_dots",
    part: Part::Form,
    status: 400,
    errcode: "M_UNRECOGNIZED",
    sentence: "The path has an empty, . or .. segment.",
    source: "RFC 3986 §5.2.4; CVE-2025-32431, CVE-2025-47952",
};

/// `.` and `..`, also behind an encoded slash and with path parameters; and what is empty without these.
pub(crate) fn has_dots(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'.' | b';')) && text.split('/').any(is_dots)
}

/// The same for whoever decodes again and again, and takes a backslash for a slash.
pub(crate) fn has_hidden_dots(text: &str) -> bool {
    const ROUNDS: usize = 3;
    let mut text = Cow::Borrowed(text);
    for _ in 0..ROUNDS {
        if !text.contains('%') {
            break;
        }
        text = Cow::Owned(percent_decode_str(&text).decode_utf8_lossy().replace('\\', "/"));
        if has_dots(&text) {
            return true;
        }
    }
    false
}

fn is_dots(part: &str) -> bool {
    match name(part) {
        "." | ".." => true,
        "" => !part.is_empty(),
        _ => false,
    }
}

/// A word of the path without the path parameters (RFC 3986 §3.3) that some servers cut off.
pub(crate) fn name(part: &str) -> &str {
    part.split_once(';').map_or(part, |(name, _)| name)
}
