//! A request that takes the content out of an event.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "redaction_endpoint",
    part: Part::Audit,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "Messages on this server are kept for the record and cannot be deleted.",
    source: "Matrix spec, Client-Server API, Redactions; MSC3912",
};
