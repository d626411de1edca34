//! A segment of the path is `.` or `..`, however it is spelt, or nothing but path parameters.

use crate::{
    decoded_again::decoded_again,
    rule::{Part, Rule},
};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "path_dots",
    part: Part::Form,
    status: 400,
    errcode: "M_UNRECOGNIZED",
    sentence: "The path has an empty, . or .. segment.",
    source: "RFC 3986 §5.2.4; CVE-2025-32431, CVE-2025-47952",
};

/// `.` and `..`, also behind an encoded slash and with path parameters, and what is empty without these; also for whoever
/// decodes again and takes a backslash for a slash.
pub(crate) fn has_dots(text: &str) -> bool {
    shows_dots(text) || decoded_again(text).any(|text| shows_dots(&text.replace('\\', "/")))
}

fn shows_dots(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'.' | b';')) && text.split('/').any(is_dots)
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
