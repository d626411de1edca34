//! A preset whose events nobody knows.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "preset_unknown",
    part: Part::Audit,
    status: 400,
    errcode: "M_INVALID_PARAM",
    sentence: "This kind of room is not known here.",
    source: "Matrix spec, Client-Server API, Creation",
};

/// The presets of the specification.
pub(crate) const KNOWN: &[&str] = &["private_chat", "public_chat", "trusted_private_chat"];
