//! Closing an account together with what it has sent.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "erasure",
    part: Part::Audit,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "You can close your account, but what it has sent is kept for the record.",
    source: "MSC4025; tuwunel: src/service/deactivate/mod.rs serves the events of an erased account pruned",
};
