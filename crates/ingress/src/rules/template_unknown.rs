//! A request that changes something and is not in the closed list.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "template_unknown",
    part: Part::Surface,
    status: 404,
    errcode: "M_UNRECOGNIZED",
    sentence: "This server does not know this request.",
    source: "Matrix spec, Client-Server API, API standards (unknown endpoints)",
};
