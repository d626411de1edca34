//! A known path with a method that it does not have.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "method_misplaced",
    part: Part::Surface,
    status: 405,
    errcode: "M_UNRECOGNIZED",
    sentence: "This server does not know this request.",
    source: "Matrix spec, Client-Server API, API standards (unknown methods)",
};
