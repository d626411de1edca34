//! `POST createRoom`.
//!
//! Matrix spec, Client-Server API, Creation; tuwunel: src/api/client/room/create.rs.

use settings::{
    audit::{Audit, EncryptedCreate},
    guard::Policy,
};

use super::{Draft, Note, member, power_levels, text};
use crate::{
    json::{Json, Map},
    rule::Refusal,
    rules::{
        self, auth_misplaced, body_shape, creators_added, encryption_event, history_hidden, preset_unknown,
        room_version_pinned,
    },
};

/// What the specification knows. `room_id` (`fi.mau.room_id`), which Tuwunel takes as well, is not among it.
const MEMBERS: [&str; 12] = [
    "visibility",
    "room_alias_name",
    "name",
    "topic",
    "invite",
    "invite_3pid",
    "room_version",
    "creation_content",
    "initial_state",
    "preset",
    "is_direct",
    "power_level_content_override",
];
/// What an entry of `initial_state` has (MSC-free since r0.0.1).
const ENTRY: [&str; 3] = ["type", "state_key", "content"];

pub(super) fn judge(draft: &mut Draft, policy: &Policy) -> Result<(), Refusal> {
    auth_misplaced::check(&draft.body)?;
    version(&draft.body, policy)?;
    preset(&draft.body)?;
    creation_content(&draft.body)?;
    draft.keep(&MEMBERS);
    let kept = match draft.body.get_mut("power_level_content_override") {
        None | Some(Json::Null) => false,
        Some(Json::Map(levels)) => power_levels::hold_where_replaced(levels)?,
        Some(_) => return Err((&body_shape::RULE).into()),
    };
    draft.note(Note::LockKept, kept);
    initial_state(draft, &policy.audit)
}

fn version(body: &Map, policy: &Policy) -> Result<(), Refusal> {
    match text(body, "room_version")? {
        Some(version) if version != policy.room_version.as_str() => Err((&room_version_pinned::RULE).into()),
        _ => Ok(()),
    }
}

fn preset(body: &Map) -> Result<(), Refusal> {
    match text(body, "preset")? {
        Some(preset) if !preset_unknown::KNOWN.contains(&preset) => Err((&preset_unknown::RULE).into()),
        _ => Ok(()),
    }
}

fn creation_content(body: &Map) -> Result<(), Refusal> {
    match body.get("creation_content") {
        None | Some(Json::Null) => Ok(()),
        Some(Json::Map(content)) => creators(content),
        Some(_) => Err((&body_shape::RULE).into()),
    }
}

/// An empty list adds nobody.
pub(super) fn creators(content: &Map) -> Result<(), Refusal> {
    match content.get("additional_creators") {
        None => Ok(()),
        Some(Json::List(creators)) if creators.is_empty() => Ok(()),
        Some(_) => Err((&creators_added::RULE).into()),
    }
}

fn initial_state(draft: &mut Draft, audit: &Audit) -> Result<(), Refusal> {
    let entries = match draft.body.get_mut("initial_state") {
        None | Some(Json::Null) => return Ok(()),
        Some(Json::List(entries)) => entries,
        Some(_) => return Err((&body_shape::RULE).into()),
    };
    let mut notes = Vec::new();
    let before = entries.len();
    if audit.encrypted_create == EncryptedCreate::Strip {
        entries.retain(|entry| !encrypts(entry));
    }
    if entries.len() != before {
        notes.push(Note::EncryptionStripped);
    }
    for item in entries {
        let Json::Map(entry) = item else { return Err((&body_shape::RULE).into()) };
        if entry.keep(&ENTRY) {
            notes.push(Note::UnknownDropped);
        }
        if judge_entry(entry, audit)? {
            notes.push(Note::LockKept);
        }
    }
    for note in notes {
        draft.note(note, true);
    }
    Ok(())
}

fn encrypts(entry: &Json) -> bool {
    let Json::Map(entry) = entry else { return false };
    entry.get("type").and_then(Json::text).is_some_and(|kind| encryption_event::TYPES.contains(&kind))
}

/// Judges one event. Says whether the lock had to be put back into it.
fn judge_entry(entry: &mut Map, audit: &Audit) -> Result<bool, Refusal> {
    let kind = text(entry, "type")?.ok_or(&body_shape::RULE)?.to_owned();
    let key = text(entry, "state_key")?.unwrap_or_default().to_owned();
    rules::check_type(&kind, audit)?;
    let Some(Json::Map(content)) = entry.get_mut("content") else { return Err((&body_shape::RULE).into()) };
    match kind.as_str() {
        "m.room.member" => member::hold(content, &key, audit).map(|()| false),
        "m.room.power_levels" => power_levels::hold(content),
        history_hidden::TYPE if audit.blinding => history_hidden::check(content).map(|()| false),
        _ => Ok(false),
    }
}
