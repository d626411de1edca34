//! Bodies of the endpoints that are judged: nothing that the reference of the tests forbids goes upstream, and nothing
//! panics.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/verdicts/opinion.rs"]
mod opinion;
#[path = "../../tests/verdicts/policy.rs"]
mod policy;
#[allow(dead_code, reason = "one function is for the tests of the generators")]
#[path = "../../tests/verdicts/reference/mod.rs"]
mod reference;

const ENDPOINTS: [(&str, &str); 8] = [
    ("POST", "/_matrix/client/v3/createRoom"),
    ("POST", "/_matrix/client/v3/account/deactivate"),
    ("POST", "/_matrix/client/v3/rooms/!a:example.org/upgrade"),
    ("POST", "/_matrix/client/v3/rooms/!a:example.org/ban"),
    ("PUT", "/_matrix/client/v3/rooms/!a:example.org/state/m.room.member/@officer:example.org"),
    ("PUT", "/_matrix/client/v3/rooms/!a:example.org/state/m.room.history_visibility"),
    ("PUT", "/_matrix/client/v3/rooms/!a:example.org/send/m.room.message/1"),
    ("POST", "/_matrix/client/r0/createRoom"),
];

fuzz_target!(|input: &[u8]| {
    let Some((first, body)) = input.split_first() else { return };
    let (method, target) = ENDPOINTS[usize::from(first & 7)];
    let switches = ["blinding", "edits", "refuse"];
    let words: Vec<&str> = switches
        .into_iter()
        .enumerate()
        .filter(|(bit, _)| first >> (bit + 3) & 1 == 1)
        .map(|(_, word)| word)
        .collect();
    if let Err(difference) = opinion::upstream(method, target, body, &words) {
        panic!("{difference}");
    }
});
