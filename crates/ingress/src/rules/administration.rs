//! Administration through the client API: whois, lock, suspend.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "administration",
    part: Part::Surface,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "Administration is not reachable from here.",
    source: "Matrix spec, Client-Server API, Server administration; MSC4323",
};
