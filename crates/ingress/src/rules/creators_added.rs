//! More users who would stand above every power level.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "creators_added",
    part: Part::Audit,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "A room on this server cannot have several creators.",
    source: "MSC4289; Matrix spec, rooms v12",
};
