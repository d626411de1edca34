//! The rules, one file each, and the question that several of them share: what is this event type?

pub(crate) mod administration;
pub(crate) mod audit_account_removed;
pub(crate) mod auth_misplaced;
pub(crate) mod body_shape;
pub(crate) mod body_too_long;
pub(crate) mod ciphertext_event;
pub(crate) mod creators_added;
pub(crate) mod device_ciphertext;
pub(crate) mod edit;
pub(crate) mod encryption_event;
pub(crate) mod erasure;
pub(crate) mod federation_closed;
pub(crate) mod history_hidden;
pub(crate) mod json_depth;
pub(crate) mod json_duplicate;
pub(crate) mod json_encoding;
pub(crate) mod json_number;
pub(crate) mod json_syntax;
pub(crate) mod key_backup;
pub(crate) mod key_upload;
pub(crate) mod member_redacts;
pub(crate) mod method_misplaced;
pub(crate) mod path_character;
pub(crate) mod path_dots;
pub(crate) mod path_empty;
pub(crate) mod path_escape;
pub(crate) mod path_internal;
pub(crate) mod path_outside;
pub(crate) mod path_word;
pub(crate) mod power_lock_broken;
pub(crate) mod preset_unknown;
pub(crate) mod redaction_endpoint;
pub(crate) mod redaction_event;
pub(crate) mod retention_event;
pub(crate) mod room_slash;
pub(crate) mod room_version_pinned;
pub(crate) mod self_destruct;
pub(crate) mod server_acl;
pub(crate) mod target_form;
pub(crate) mod template_unknown;
pub(crate) mod tombstone;
pub(crate) mod type_disguised;

use settings::audit::Audit;

use crate::rule::{Refusal, Rule};

/// Every rule, in the order in which they are asked.
pub static ALL: [&Rule; 42] = [
    &target_form::RULE,
    &path_empty::RULE,
    &path_word::RULE,
    &path_dots::RULE,
    &path_escape::RULE,
    &path_character::RULE,
    &path_outside::RULE,
    &path_internal::RULE,
    &administration::RULE,
    &federation_closed::RULE,
    &template_unknown::RULE,
    &method_misplaced::RULE,
    &room_slash::RULE,
    &json_syntax::RULE,
    &json_encoding::RULE,
    &json_duplicate::RULE,
    &json_depth::RULE,
    &json_number::RULE,
    &body_shape::RULE,
    &body_too_long::RULE,
    &auth_misplaced::RULE,
    &encryption_event::RULE,
    &ciphertext_event::RULE,
    &redaction_endpoint::RULE,
    &redaction_event::RULE,
    &retention_event::RULE,
    &type_disguised::RULE,
    &member_redacts::RULE,
    &erasure::RULE,
    &power_lock_broken::RULE,
    &room_version_pinned::RULE,
    &creators_added::RULE,
    &preset_unknown::RULE,
    &history_hidden::RULE,
    &server_acl::RULE,
    &tombstone::RULE,
    &audit_account_removed::RULE,
    &key_upload::RULE,
    &key_backup::RULE,
    &device_ciphertext::RULE,
    &edit::RULE,
    &self_destruct::RULE,
];

/// Event types that the profile refuses, in rooms.
const AUDIT: [(&Rule, &[&str]); 4] = [
    (&encryption_event::RULE, encryption_event::TYPES),
    (&ciphertext_event::RULE, ciphertext_event::TYPES),
    (&redaction_event::RULE, redaction_event::TYPES),
    (&retention_event::RULE, retention_event::TYPES),
];

/// Event types that the switch `blinding` refuses, in rooms.
const BLINDING: [(&Rule, &[&str]); 2] =
    [(&server_acl::RULE, server_acl::TYPES), (&tombstone::RULE, tombstone::TYPES)];

/// Event types that may be, and whose content is judged. `blinding` adds the history's visibility.
const JUDGED: [&str; 2] = ["m.room.member", "m.room.power_levels"];

/// Refuses an event type in a room, as message or as state.
pub(crate) fn check_type(kind: &str, audit: &Audit) -> Result<(), Refusal> {
    if !audit.enable {
        return Ok(());
    }
    let blinding = if audit.blinding { &BLINDING[..] } else { &[] };
    check_list(kind, AUDIT.iter().chain(blinding))?;
    let hidden = if audit.blinding { &[history_hidden::TYPE][..] } else { &[] };
    check_disguise(kind, JUDGED.iter().chain(hidden))
}

/// Refuses an event type between devices.
pub(crate) fn check_device_type(kind: &str, audit: &Audit) -> Result<(), Refusal> {
    if !(audit.enable && audit.keys) {
        return Ok(());
    }
    check_list(kind, [(&device_ciphertext::RULE, device_ciphertext::TYPES)].iter())
}

/// An exact match names its own rule, a resemblance the rule about disguises.
fn check_list<'r>(
    kind: &str,
    lists: impl Iterator<Item = &'r (&'static Rule, &'static [&'static str])> + Clone,
) -> Result<(), Refusal> {
    if let Some((rule, _)) = lists.clone().find(|(_, types)| types.contains(&kind)) {
        return Err(Refusal::of_kind(rule, kind));
    }
    check_disguise(kind, lists.flat_map(|(_, types)| types.iter()))
}

/// Refuses what resembles one of the types without being it. The refusal names the type that was meant: what it was
/// disguised with are a client's own words.
fn check_disguise<'t>(kind: &str, mut types: impl Iterator<Item = &'t &'static str>) -> Result<(), Refusal> {
    if type_disguised::is_ordinary(kind) {
        return Ok(());
    }
    let plain = type_disguised::undisguised(kind);
    match types.find(|meant| type_disguised::is_part(&plain, meant)) {
        Some(meant) => Err(Refusal::of_kind(&type_disguised::RULE, meant)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, JUDGED, check_disguise};

    #[test]
    fn a_disguise_is_not_repeated() {
        let refusal = check_disguise("m.room.member;the price is 4711", JUDGED.iter()).expect_err("refused");
        assert_eq!((refusal.rule.name, refusal.kind.as_deref()), ("type_disguised", Some("m.room.member")));
    }

    #[test]
    fn rules_have_names_of_their_own_sources_and_sentences() {
        for (at, rule) in ALL.iter().enumerate() {
            assert!(ALL[..at].iter().all(|other| other.name != rule.name), "{}", rule.name);
            assert!(!rule.source.is_empty() && rule.sentence.ends_with('.'), "{}", rule.name);
            assert!((400..500).contains(&rule.status), "{}", rule.name);
        }
    }
}
