//! A segment of the path is empty (`//`).

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "path_empty",
    part: Part::Form,
    status: 400,
    errcode: "M_UNRECOGNIZED",
    sentence: "The path has an empty, . or .. segment.",
    source: "RFC 3986 §3.3; traefik: sanitizePath merges slashes, axum does not",
};
