//! A segment of the path is `.` or `..`, however it is spelt.

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

/// `.` and `..`, also behind an encoded slash and with the path parameters that some servers cut off.
pub(crate) fn has_dots(text: &str) -> bool {
    text.bytes().any(|byte| byte == b'.') && text.split('/').any(is_dots)
}

fn is_dots(part: &str) -> bool {
    let name = part.split_once(';').map_or(part, |(name, _)| name);
    name == "." || name == ".."
}
