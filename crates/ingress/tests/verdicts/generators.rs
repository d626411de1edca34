//! Paths and bodies from the words that matter, spelt in every way.

use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select, subsequence},
};

/// Writes more often than reads.
pub(crate) const METHODS: &[&str] =
    &["PUT", "PUT", "POST", "POST", "DELETE", "DELETE", "PATCH", "GET", "HEAD", "OPTIONS"];
const TYPES: &[&str] = &[
    "m.room.encryption",
    "m.room.encrypted",
    "m.room.redaction",
    "m.encrypted",
    "org.matrix.msc1767.encrypted",
    "m.room.retention",
    "org.matrix.msc1763.retention",
    "m.room.tombstone",
    "m.room.server_acl",
    "m.room.member",
    "m.room.history_visibility",
    "m.room.power_levels",
    "m.room.topic",
    "m.room.message",
    "m.reaction",
    "m.room_key",
    "m.forwarded_room_key",
    "io.element.msc4268.room_key_bundle",
];
const WORDS: &[&str] = &[
    "_matrix",
    "client",
    "v3",
    "r0",
    "v1",
    "unstable",
    "api",
    "rooms",
    "send",
    "state",
    "redact",
    "createRoom",
    "account",
    "deactivate",
    "kick",
    "ban",
    "upgrade",
    "_synapse",
    "admin",
    "federation",
    "key",
    "media",
    "upload",
    "user",
    "account_data",
    "keys",
    "room_keys",
    "sendToDevice",
    "register",
    "org.matrix.msc2716",
    "batch_send",
    "..",
    ".",
    "",
    "m.room.encryption",
    "$event",
    "!room:example.org",
    "@officer:example.org",
    "1",
    "x;y=z",
];

fn escaped(c: char, escape: impl Fn(u8) -> String) -> String {
    let bytes: Vec<String> = c.to_string().bytes().map(escape).collect();
    bytes.concat()
}

/// Spells text: some characters as escapes, perhaps twice, perhaps with the other case.
fn spelt(text: String) -> impl Strategy<Value = String> {
    let length = text.chars().count();
    vec(0_u8..100, length).prop_map(move |choices| {
        let spell = |(c, choice): (char, u8)| match choice {
            0 => escaped(c, |byte| format!("%{byte:02x}")),
            1 => escaped(c, |byte| format!("%{byte:02X}")),
            2 => escaped(c, |byte| format!("%25{byte:02X}")),
            3 => c.to_uppercase().collect(),
            _ => c.to_string(),
        };
        text.chars().zip(choices).map(spell).collect()
    })
}

/// What may stand before or behind a word.
fn decorated(word: &'static str) -> impl Strategy<Value = String> {
    let extras: &'static [&'static str] = &[
        "", "", "", "", "", "", "", "", "", "", "", "", "", "", "%20", "%2F", ";a=b", "%00", "%0A", "%3F",
        "%23", "/", "//", "/.", "/..", "%5C",
    ];
    (select(extras), spelt(word.to_owned()), select(extras))
        .prop_map(|(before, word, after)| format!("{before}{word}{after}"))
}

/// Paths of real endpoints with a forbidden or a harmless type in them.
pub(crate) fn endpoint() -> impl Strategy<Value = String> {
    let templates: &'static [&'static str] = &[
        "/_matrix/client/{v}/rooms/{r}/send/{t}/{x}",
        "/_matrix/client/{v}/rooms/{r}/state/{t}",
        "/_matrix/client/{v}/rooms/{r}/state/{t}/",
        "/_matrix/client/{v}/rooms/{r}/state/{t}/{x}",
        "/_matrix/client/{v}/rooms/{r}/redact/{x}/{x}",
        "/_matrix/client/{v}/rooms/{r}/{t}/{x}",
        "/_matrix/client/{v}/sendToDevice/{t}/1",
        "/_matrix/client/{v}/rooms/{r}/send/{t}/1",
        "/_matrix/client/{v}/rooms/{r}/state/{t}/key",
        "/_matrix/client/{v}/user/@a:example.org/rooms/{r}/account_data/{t}",
        "/_matrix/client/{v}/rooms/{r}/state%2F{t}/{x}",
        "/_matrix/client/{v}/rooms/{r}/x/../state/{t}",
    ];
    let versions = select(&["v3", "v3", "v3", "r0", "r0", "v1", "unstable", "api/v1", "v3%2F..", "v3/."][..]);
    let rooms = select(
        &["!a:example.org", "!b:example.org", "%21a%3Aexample.org", "rooms", "a%2Fredact%2Fb", ".", "!31hne"]
            [..],
    );
    let others =
        select(&["1", "m.room.message", "redact", "%40officer%3Aexample.org", "a%2Fb", "..", ""][..]);
    (select(templates), versions, rooms, select(TYPES).prop_flat_map(decorated), others).prop_map(
        |(template, version, room, kind, other)| {
            template.replace("{v}", version).replace("{r}", room).replace("{t}", &kind).replace("{x}", other)
        },
    )
}

/// Paths of words in any order.
pub(crate) fn scrambled() -> impl Strategy<Value = String> {
    vec(select(WORDS).prop_flat_map(decorated), 1..9).prop_map(|words| format!("/{}", words.join("/")))
}

const NAMES: &[&str] = &[
    "initial_state",
    "type",
    "content",
    "state_key",
    "room_version",
    "new_version",
    "creation_content",
    "additional_creators",
    "power_level_content_override",
    "users",
    "users_default",
    "events",
    "redact",
    "preset",
    "erase",
    "auth",
    "session",
    "membership",
    "user_id",
    "redact_events",
    "org.matrix.msc4293.redact_events",
    "m.relates_to",
    "rel_type",
    "m.new_content",
    "history_visibility",
    "self_destruct",
    "org.matrix.msc2228.self_destruct_after",
    "reason",
    "m.room.redaction",
    "m.room.encryption",
    "@a:example.org",
    "name",
];
const TEXTS: &[&str] = &[
    "11",
    "12",
    "private_chat",
    "public_chat",
    "confidential_chat",
    "leave",
    "join",
    "ban",
    "m.replace",
    "m.thread",
    "shared",
    "joined",
    "",
    "@officer:example.org",
    "@b:example.org",
    "s",
];
const LITERALS: &[&str] =
    &["true", "false", "null", "0", "100", "150", "200", "-1", "1.5", "1e3", "99999999999999999999"];

/// A text of JSON, some of its characters as escapes.
fn quoted(text: &'static str) -> impl Strategy<Value = String> {
    (any::<Index>(), 0_u8..6).prop_map(move |(at, choice)| {
        let place = if text.is_empty() { 0 } else { at.index(text.len()) };
        let escape = |(index, c): (usize, char)| match choice {
            0 if index == place => format!("\\u{:04x}", u32::from(c)),
            1 => format!("\\u{:04X}", u32::from(c)),
            _ => c.to_string(),
        };
        let text: Vec<String> = text.chars().enumerate().map(escape).collect();
        format!("\"{}\"", text.concat())
    })
}

/// JSON text: escapes in names, members twice, numbers of every kind.
pub(crate) fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        select(LITERALS).prop_map(str::to_owned),
        select(TEXTS).prop_flat_map(quoted),
        select(TYPES).prop_flat_map(quoted),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let member = (select(NAMES).prop_flat_map(quoted), inner.clone());
        let member = member.prop_map(|(name, value)| format!("{name}:{value}"));
        prop_oneof![
            vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            vec(member, 0..5).prop_map(|members| format!("{{{}}}", members.join(", "))),
        ]
    })
}

/// Bodies that come far: a member where the rules look, and anything in it.
pub(crate) fn body() -> impl Strategy<Value = String> {
    let key = select(&["", "@officer:example.org", "@b:example.org"][..]).prop_flat_map(quoted);
    let membership = select(&["ban", "leave", "join", "invite", "x"][..]).prop_flat_map(quoted);
    let content = prop_oneof![json(), membership.prop_map(|word| format!("{{\"membership\":{word}}}"))];
    let entry = (select(TYPES), key, content).prop_map(|(kind, key, content)| {
        format!("{{\"initial_state\":[{{\"type\":\"{kind}\",\"state_key\":{key},\"content\":{content}}}]}}")
    });
    let levels = json().prop_map(|levels| format!("{{\"power_level_content_override\":{levels}}}"));
    let version = json().prop_map(|value| format!("{{\"room_version\":{value},\"new_version\":{value}}}"));
    let preset = json().prop_map(|value| format!("{{\"preset\":{value}}}"));
    let user = json().prop_map(|value| format!("{{\"user_id\":\"@b:example.org\",\"reason\":{value}}}"));
    let erase = json().prop_map(|value| format!("{{\"erase\":{value}}}"));
    prop_oneof![json(), entry, levels, version, preset, user, erase, Just(String::new())]
}

pub(crate) fn switches() -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(vec!["blinding", "keys", "edits", "refuse"], 0..=4)
}
