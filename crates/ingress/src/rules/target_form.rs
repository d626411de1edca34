//! The target is not a path: absolute, authority, asterisk or rootless form.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "target_form",
    part: Part::Form,
    status: 400,
    errcode: "M_UNRECOGNIZED",
    sentence: "The request target must be a path.",
    source: "RFC 9112 §3.2; CVE-2026-88009 (a rootless target passes a proxy as `/`)",
};
