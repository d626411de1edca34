//! A member of a judged body has another type than the specification gives it.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "body_shape",
    part: Part::Body,
    status: 400,
    errcode: "M_BAD_JSON",
    sentence: "The request has an unexpected form.",
    source: "Matrix spec, Client-Server API, the endpoint's request body",
};
