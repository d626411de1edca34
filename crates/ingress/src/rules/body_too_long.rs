//! A body that has to be judged and is too long for it.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "body_too_long",
    part: Part::Body,
    status: 413,
    errcode: "M_TOO_LARGE",
    sentence: "This is larger than the server accepts.",
    source: "Matrix spec, Client-Server API, Size limits (an event has at most 65,536 bytes)",
};
