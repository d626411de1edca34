//! Not under a prefix that Matrix clients use.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "path_outside",
    part: Part::Surface,
    status: 404,
    errcode: "M_UNRECOGNIZED",
    sentence: "There is nothing at this address.",
    source: "Matrix spec, Client-Server API, API standards",
};

/// What clients use.
pub(crate) const PREFIXES: [&str; 2] = ["/_matrix/", "/.well-known/matrix/"];
