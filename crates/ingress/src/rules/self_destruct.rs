//! A message that asks to be destroyed.

use crate::{
    json::Map,
    rule::{Part, Refusal, Rule},
};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "self_destruct",
    part: Part::Edits,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "Messages on this server are kept for the record and cannot be deleted.",
    source: "MSC2228",
};

/// Refuses the members of self-destructing messages under every prefix.
pub(crate) fn check(content: &Map) -> Result<(), Refusal> {
    let is_timer =
        |name: &str| matches!(name.rsplit('.').next(), Some("self_destruct" | "self_destruct_after"));
    if content.0.iter().any(|(name, _)| is_timer(name)) { Err((&RULE).into()) } else { Ok(()) }
}
