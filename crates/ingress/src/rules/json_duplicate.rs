//! An object with two members of one name.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "json_duplicate",
    part: Part::Body,
    status: 400,
    errcode: "M_BAD_JSON",
    sentence: "The request names something twice.",
    source: "RFC 8259 §4; tuwunel: src/api/router/args.rs takes the last member, other readers the first",
};
