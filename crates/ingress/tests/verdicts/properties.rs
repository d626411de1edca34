//! Requests that nobody has thought of: built from the words that matter, spelt in every way, and mutated from the
//! corpus. What the reference forbids never goes upstream.

use std::sync::LazyLock;

use http::{Request, request::Parts};
use ingress::{Verdict, decide};
use proptest::{prelude::*, sample::select, strategy::ValueTree};
use testkit::{RequestCase, request_cases};

use crate::{
    policy::policy,
    reference::{self, Switches},
};

fn read(verdict: &str) -> Vec<RequestCase> {
    request_cases(&format!("{}/tests/cases/{verdict}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// What goes upstream, if anything does.
fn upstream(head: &Parts, body: &[u8], words: &[&str]) -> Option<Vec<u8>> {
    match decide(head, body, &policy(words)) {
        Verdict::Pass => Some(body.to_vec()),
        Verdict::Rebuilt { body, .. } => Some(body),
        Verdict::Refuse(_) => None,
    }
}

/// Fails when something forbidden goes upstream. Targets that HTTP itself refuses are fine.
fn compare(method: &str, target: &str, body: &[u8], words: &[&str]) -> Result<bool, TestCaseError> {
    let Ok(request) = Request::builder().method(method).uri(target).body(()) else { return Ok(false) };
    let head = request.into_parts().0;
    let Some(sent) = upstream(&head, body, words) else { return Ok(false) };
    let has = |word| words.contains(&word);
    let switches = Switches { blinding: has("blinding"), keys: has("keys"), edits: has("edits") };
    let verdict = reference::forbids(method, target, &sent, switches);
    prop_assert!(
        verdict.is_none(),
        "{method} {target} {:?} under {words:?}: {verdict:?}",
        String::from_utf8_lossy(&sent)
    );
    Ok(true)
}

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

/// Spells text: some characters as escapes, perhaps twice, perhaps with the other case.
fn spelt(text: String) -> impl Strategy<Value = String> {
    let length = text.chars().count();
    proptest::collection::vec(0_u8..100, length).prop_map(move |choices| {
        let spell = |(c, choice): (char, u8)| match choice {
            0 => c.to_string().bytes().map(|byte| format!("%{byte:02x}")).collect(),
            1 => c.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect(),
            2 => c.to_string().bytes().map(|byte| format!("%25{byte:02X}")).collect(),
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
fn endpoint() -> impl Strategy<Value = String> {
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
fn scrambled() -> impl Strategy<Value = String> {
    proptest::collection::vec(select(WORDS).prop_flat_map(decorated), 1..9)
        .prop_map(|words| format!("/{}", words.join("/")))
}

/// JSON text: escapes in names, members twice, numbers of every kind.
fn json() -> impl Strategy<Value = String> {
    let names: &'static [&'static str] = &[
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
        "reason",
        "m.room.redaction",
        "m.room.encryption",
        "@a:example.org",
        "name",
    ];
    let texts: &'static [&'static str] = &[
        "11",
        "12",
        "private_chat",
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
    let literals: &'static [&'static str] =
        &["true", "false", "null", "0", "100", "150", "200", "-1", "1.5", "1e3", "99999999999999999999"];
    let quoted = |text: &'static str| {
        any::<proptest::sample::Index>().prop_flat_map(move |at| (Just(at), 0_u8..6)).prop_map(
            move |(at, choice)| {
                let place = if text.is_empty() { 0 } else { at.index(text.len()) };
                let escape = |(index, c): (usize, char)| match choice {
                    0 if index == place => format!("\\u{:04x}", u32::from(c)),
                    1 => format!("\\u{:04X}", u32::from(c)),
                    _ => c.to_string(),
                };
                format!("\"{}\"", text.chars().enumerate().map(escape).collect::<String>())
            },
        )
    };
    let leaf = prop_oneof![
        select(literals).prop_map(str::to_owned),
        select(texts).prop_flat_map(quoted),
        select(TYPES).prop_flat_map(quoted),
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        let member = (select(names).prop_flat_map(quoted), inner.clone())
            .prop_map(|(name, value)| format!("{name}:{value}"));
        prop_oneof![
            proptest::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            proptest::collection::vec(member, 0..5).prop_map(|members| format!("{{{}}}", members.join(", "))),
        ]
    })
}

/// Bodies that come far: a member where the rules look, and anything in it.
fn body() -> impl Strategy<Value = String> {
    let entry = (select(TYPES), json()).prop_map(|(kind, content)| {
        format!("{{\"initial_state\":[{{\"type\":\"{kind}\",\"state_key\":\"\",\"content\":{content}}}]}}")
    });
    let levels = json().prop_map(|levels| format!("{{\"power_level_content_override\":{levels}}}"));
    let version = json().prop_map(|value| format!("{{\"room_version\":{value},\"new_version\":{value}}}"));
    let user = json().prop_map(|value| format!("{{\"user_id\":\"@b:example.org\",\"reason\":{value}}}"));
    let erase = json().prop_map(|value| format!("{{\"erase\":{value}}}"));
    prop_oneof![json(), entry, levels, version, user, erase, Just(String::new())]
}

fn switches() -> impl Strategy<Value = Vec<&'static str>> {
    proptest::sample::subsequence(vec!["blinding", "keys", "edits", "refuse"], 0..=4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_spelling_of_a_path_brings_something_forbidden_through(
        method in select(&["PUT", "POST", "DELETE", "GET", "PATCH"][..]),
        path in prop_oneof![3 => endpoint(), 1 => scrambled()],
        words in switches(),
    ) {
        compare(method, &path, b"{\"user_id\":\"@b:example.org\",\"membership\":\"join\"}", &words)?;
    }

    #[test]
    fn no_body_brings_something_forbidden_through(
        path in select(&[
            "/_matrix/client/v3/createRoom",
            "/_matrix/client/v3/createRoom",
            "/_matrix/client/v3/account/deactivate",
            "/_matrix/client/v3/rooms/!a:example.org/upgrade",
            "/_matrix/client/v3/rooms/!a:example.org/kick",
            "/_matrix/client/v3/rooms/!a:example.org/ban",
            "/_matrix/client/v3/rooms/!a:example.org/state/m.room.member/@officer:example.org",
            "/_matrix/client/v3/rooms/!a:example.org/state/m.room.member/@b:example.org",
            "/_matrix/client/v3/rooms/!a:example.org/state/m.room.history_visibility",
            "/_matrix/client/v3/rooms/!a:example.org/send/m.room.message/1",
        ][..]),
        body in body(),
        words in switches(),
    ) {
        let method = if path.contains("/state/") || path.contains("/send/") { "PUT" } else { "POST" };
        compare(method, path, body.as_bytes(), &words)?;
    }

    #[test]
    fn mutations_of_the_corpus_bring_nothing_forbidden_through(
        pick in any::<proptest::sample::Index>(),
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>(), 0_u8..4), 0..4),
        words in switches(),
    ) {
        static CASES: LazyLock<Vec<RequestCase>> = LazyLock::new(|| read("block"));
        let case = pick.get(&CASES);
        let mut raw = case.raw.clone();
        for (at, byte, how) in edits {
            let at = at.index(raw.len());
            match how {
                0 => raw[at] = byte,
                1 => drop(raw.remove(at)),
                2 => raw.insert(at, raw[at]),
                _ => raw.insert(at, byte),
            }
        }
        let mutated = RequestCase { raw, ..case.clone() };
        let (lines, body) = mutated.parts();
        let line = String::from_utf8_lossy(lines[0]).into_owned();
        let mut parts = line.split(' ');
        let (method, target) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        compare(method, target, body, &words)?;
    }
}

/// A second opinion that forbids nothing, or everything, would be none.
#[test]
fn the_reference_knows_the_corpus() {
    let judge = |case: &RequestCase| {
        let (lines, _) = case.parts();
        let line = String::from_utf8_lossy(lines[0]).into_owned();
        let mut parts = line.split(' ');
        let (method, target) = (parts.next().unwrap(), parts.next().unwrap());
        let has = |word: &str| case.policy.iter().any(|found| found == word);
        let switches = Switches { blinding: has("blinding"), keys: has("keys"), edits: has("edits") };
        reference::forbids(method, target, case.expected_body(), switches)
    };
    let forbidden = read("block").iter().filter(|case| !case.is_about_http && judge(case).is_some()).count();
    assert!(forbidden > 200, "{forbidden}");
    for case in read("allow") {
        let exempt =
            case.policy.iter().any(|word| word == "off" || word == "federation") || case.is_about_http;
        let documents = case.raw.starts_with(b"GET /.well-known/");
        assert!(exempt || documents || judge(&case).is_none(), "{}: {:?}", case.name, judge(&case));
    }
    assert!(reference::forbidden_type(" M.Room.Encryption/") && !reference::forbidden_type("m.room.topic"));
}

/// And generators whose requests are all refused would show nothing.
#[test]
fn many_generated_requests_pass() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut paths, mut bodies) = (0, 0);
    for _ in 0..1000 {
        let draw = |runner: &mut _| (endpoint().new_tree(runner).unwrap(), body().new_tree(runner).unwrap());
        let (path, body) = draw(&mut runner);
        let (path, body) = (path.current(), body.current());
        paths += usize::from(compare("PUT", &path, b"{}", &[]).unwrap());
        bodies +=
            usize::from(compare("POST", "/_matrix/client/v3/createRoom", body.as_bytes(), &[]).unwrap());
    }
    assert!(paths > 50 && bodies > 100, "{paths} paths and {bodies} bodies");
}
