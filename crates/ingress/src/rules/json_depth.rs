//! Lists and objects nested too deeply.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "json_depth",
    part: Part::Body,
    status: 400,
    errcode: "M_BAD_JSON",
    sentence: "The request is nested too deeply.",
    source: "RFC 8259 §9; readers differ in how deep they go",
};

/// Levels of lists and objects. Events of today's clients need a third of it.
pub(crate) const DEEPEST: usize = 32;
