//! A body that is no JSON.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "json_syntax",
    part: Part::Body,
    status: 400,
    errcode: "M_NOT_JSON",
    sentence: "The request is not valid JSON.",
    source: "RFC 8259; Matrix spec, Client-Server API, API standards",
};
