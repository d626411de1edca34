//! What bodies must not say. A body that cannot be read must not go on, and of several members of one name each counts.

use super::{Switches, event, json::Json};

const OFFICER: &str = "@officer:example.org";

pub(super) fn unreadable() -> String {
    "cannot be read".to_owned()
}

/// Whether JSON names an event type that is forbidden; for the tests of the generators.
pub(crate) fn forbidden_type(kind: &str) -> bool {
    event(kind, Switches::default())
}

fn carries_auth(body: &Json) -> Option<String> {
    (!body.all("auth").is_empty()).then(|| "members of an earlier request are merged in".to_owned())
}

fn redacts(body: &Json) -> Option<String> {
    let Json::Map(members) = body else { return Some(unreadable()) };
    let asks = |(name, value): &(String, Json)| name.ends_with("redact_events") && !value.is("false");
    members.iter().any(asks).then(|| "takes the messages of a member away".to_owned())
}

pub(super) fn member(body: &Json, user: Option<&str>, switches: Switches) -> Option<String> {
    carries_auth(body).or_else(|| membership(body, user, switches))
}

fn membership(body: &Json, user: Option<&str>, switches: Switches) -> Option<String> {
    let named = body.all("user_id").into_iter().filter_map(Json::text).chain(user);
    let officer = named.into_iter().any(|name| name.eq_ignore_ascii_case(OFFICER));
    let stays = |value: &&Json| matches!(value.text(), Some("join" | "invite"));
    let memberships = body.all("membership");
    let removed = memberships.is_empty() || !memberships.iter().all(stays);
    let blinds = (switches.blinding && officer && removed).then(|| "puts the officer out".to_owned());
    redacts(body).or(blinds)
}

pub(super) fn history(body: &Json) -> Option<String> {
    let values = body.all("history_visibility");
    let open = |value: &&Json| matches!(value.text(), Some("shared" | "world_readable"));
    let fine = !values.is_empty() && values.iter().all(open);
    carries_auth(body).or_else(|| (!fine).then(|| "hides history".to_owned()))
}

pub(super) fn edit(body: &Json) -> Option<String> {
    let relations = body.all("m.relates_to");
    let kinds = relations.iter().flat_map(|relation| relation.all("rel_type"));
    let replaces = kinds.filter_map(Json::text).any(|kind| kind == "m.replace");
    let edits = replaces || !body.all("m.new_content").is_empty();
    carries_auth(body)
        .or_else(|| edits.then(|| "edits".to_owned()))
        .or_else(|| destroys_itself(body).then(|| "asks to be destroyed".to_owned()))
}

/// MSC2228, under its own name and under any prefix.
fn destroys_itself(body: &Json) -> bool {
    let Json::Map(members) = body else { return false };
    let timers = ["self_destruct", "self_destruct_after"];
    members.iter().any(|(name, _)| timers.contains(&name.rsplit('.').next().unwrap_or_default()))
}

pub(super) fn deactivate(body: &Json) -> Option<String> {
    let values = body.all("erase");
    let explicit = !values.is_empty() && values.iter().all(|value| value.is("false"));
    (!explicit).then(|| "erases, or leaves it to an earlier request".to_owned())
}

pub(super) fn upgrade(body: &Json) -> Option<String> {
    let versions = body.all("new_version");
    let pinned = !versions.is_empty() && versions.iter().all(|version| version.text() == Some("11"));
    let more = body.all("additional_creators").iter().any(|creators| !creators.items().is_empty());
    carries_auth(body).or_else(|| (!pinned || more).then(|| "escapes the lock".to_owned()))
}

pub(super) fn create(body: &Json, switches: Switches) -> Option<String> {
    let other =
        body.all("room_version").iter().any(|version| version.text() != Some("11") && !version.is("null"));
    let contents = body.all("creation_content");
    let creators = contents.iter().flat_map(|content| content.all("additional_creators"));
    let more = creators.into_iter().any(|creators| *creators != Json::List(Vec::new()));
    // Matrix spec, Creation: what another preset would set is not known.
    let presets = ["private_chat", "public_chat", "trusted_private_chat"];
    let known =
        |preset: &Json| preset.is("null") || preset.text().is_some_and(|name| presets.contains(&name));
    let strange = !body.all("preset").into_iter().all(known);
    let overridden = body.all("power_level_content_override").into_iter().any(breaks_lock);
    let entries = body.all("initial_state").into_iter().flat_map(Json::items);
    let state = entries.into_iter().find_map(|entry| initial(entry, switches));
    carries_auth(body)
        .or_else(|| (other || more).then(|| "escapes the lock".to_owned()))
        .or_else(|| strange.then(|| "a preset of its own".to_owned()))
        .or_else(|| overridden.then(|| "breaks the lock".to_owned()))
        .or(state)
}

fn initial(entry: &Json, switches: Switches) -> Option<String> {
    let kinds: Vec<&str> = entry.all("type").into_iter().filter_map(Json::text).collect();
    if let Some(kind) = kinds.iter().find(|kind| event(kind, switches)) {
        return Some(format!("begins with {kind}"));
    }
    let contents = entry.all("content");
    let of = |kind: &str| kinds.contains(&kind);
    let keys: Vec<Option<&str>> = entry.all("state_key").into_iter().map(Json::text).collect();
    let users = if keys.is_empty() { vec![None] } else { keys };
    let puts_out = |content: &&Json| users.iter().any(|user| membership(content, *user, switches).is_some());
    let members = of("m.room.member") && contents.iter().any(puts_out);
    let levels = of("m.room.power_levels") && contents.iter().any(|content| breaks_lock(content));
    let hides = switches.blinding
        && of("m.room.history_visibility")
        && contents.iter().any(|content| history(content).is_some());
    (members || levels || hides).then(|| "its state".to_owned())
}

/// Whether levels would let somebody encrypt or redact.
fn breaks_lock(levels: &Json) -> bool {
    let high = |level: &Json| level.number().is_none_or(|level| level >= 150.0);
    let users = levels.all("users").into_iter().any(|users| match users {
        Json::Map(users) => users.iter().any(|(_, level)| high(level)),
        _ => true,
    });
    let open = |events: &&Json| {
        ["m.room.encryption", "m.room.redaction"].iter().any(|kind| {
            let levels = events.all(kind);
            levels.is_empty() || levels.iter().any(|level| level.number().is_none_or(|level| level < 150.0))
        })
    };
    let low = |level: &Json| level.number().is_none_or(|level| level < 150.0);
    users
        || levels.all("users_default").into_iter().any(high)
        || levels.all("events").iter().any(open)
        || levels.all("redact").into_iter().any(low)
}
