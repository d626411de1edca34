//! A history visibility that hides the past from those who read later.

use crate::{
    json::{Json, Map},
    rule::{Part, Refusal, Rule},
};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "history_hidden",
    part: Part::Blinding,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "What was said in a room of this server stays readable for those who join later.",
    source: "Matrix spec, Client-Server API, Room history visibility",
};

/// The event type.
pub(crate) const TYPE: &str = "m.room.history_visibility";

/// Refuses what is neither `shared` nor `world_readable`.
pub(crate) fn check(content: &Map) -> Result<(), Refusal> {
    match content.get("history_visibility").and_then(Json::text) {
        Some("shared" | "world_readable") => Ok(()),
        _ => Err(Refusal::of_kind(&RULE, TYPE)),
    }
}
