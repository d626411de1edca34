//! A membership that takes the member's messages with it.

use crate::{
    json::{Json, Map},
    rule::{Part, Refusal, Rule},
};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "member_redacts",
    part: Part::Audit,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "Messages on this server are kept for the record and cannot be deleted.",
    source: "MSC4293: the flag redacts everything that the member has sent",
};

/// Refuses the flag under every prefix. Only `false` means no.
pub(crate) fn check(content: &Map) -> Result<(), Refusal> {
    let is_flag = |name: &str| name.ends_with("redact_events");
    let asks = |(name, value): &(String, Json)| is_flag(name) && *value != Json::Bool(false);
    if content.0.iter().any(asks) { Err((&RULE).into()) } else { Ok(()) }
}
