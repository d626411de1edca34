//! A message that replaces another.

use crate::{
    json::{Json, Map},
    rule::{Part, Refusal, Rule},
};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "edit",
    part: Part::Edits,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "Messages on this server stay as they were sent and cannot be edited.",
    source: "Matrix spec, Client-Server API, Event replacements (m.replace)",
};

/// Refuses a replacement, and content that only a replacement has.
pub(crate) fn check(content: &Map) -> Result<(), Refusal> {
    let relation = match content.get("m.relates_to") {
        Some(Json::Map(relation)) => relation.get("rel_type").and_then(Json::text),
        _ => None,
    };
    let replaces = relation.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("m.replace"));
    if replaces || content.get("m.new_content").is_some() { Err((&RULE).into()) } else { Ok(()) }
}
