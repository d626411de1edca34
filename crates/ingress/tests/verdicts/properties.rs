//! Requests that nobody has thought of: built from the words that matter, spelt in every way, and mutated from the
//! corpus. What the reference forbids never goes upstream.

use std::sync::LazyLock;

use proptest::{prelude::*, sample::select, strategy::ValueTree};
use testkit::{RequestCase, request_cases};

use crate::{
    generators::{METHODS, body, endpoint, scrambled, switches},
    opinion::{self, upstream},
    reference,
};

fn read(verdict: &str) -> Vec<RequestCase> {
    request_cases(&format!("{}/tests/cases/{verdict}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Fails when something forbidden goes upstream. Says whether anything does.
fn compare(method: &str, target: &str, body: &[u8], words: &[&str]) -> Result<bool, TestCaseError> {
    upstream(method, target, body, words).map(|sent| sent.is_some()).map_err(TestCaseError::fail)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_spelling_of_a_path_brings_something_forbidden_through(
        method in select(METHODS),
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
            "/_matrix/client/v3/sendToDevice/m.room.encrypted/1",
            "/_matrix/client/v3/sendToDevice/m.room_key/1",
            "/_matrix/client/v3/sendToDevice/m.forwarded_room_key/1",
            "/_matrix/client/v3/sendToDevice/m.room_key_request/1",
        ][..]),
        body in body(),
        words in switches(),
    ) {
        let is_put = ["/state/", "/send/", "/sendToDevice/"].iter().any(|word| path.contains(word));
        let method = if is_put { "PUT" } else { "POST" };
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
        reference::forbids(method, target, case.expected_body(), opinion::switches(&case.policy))
    };
    let forbidden = read("block").iter().filter(|case| !case.is_about_http && judge(case).is_some()).count();
    assert!(forbidden > 200, "{forbidden}");
    for case in read("allow") {
        let exempt =
            case.policy.iter().any(|word| word == "off" || word == "federation") || case.is_about_http;
        assert!(exempt || judge(&case).is_none(), "{}: {:?}", case.name, judge(&case));
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
