//! Real Traefik as a third opinion: the rules of two gateways, asked what was generated. On one all goes to the guard, on the
//! other reads go past it (`audit.reads = "direct"`).
//! `RAMPART_TRAEFIK` names the program (the lab's cache has one); without it nothing is shown here and the test says so.
//!
//! - What Traefik refuses the library refuses, too: their two policies are one.
//! - What Traefik passes on is never what a homeserver that decodes once would take for an event or a path of the deny rules.
//! - Past the guard go reads alone.
//! - What arrives has the body that was sent, and of that the library lets nothing through that the reference forbids.

mod chain;

use std::env;

use http::Request;
use ingress::{Verdict, decide};
use proptest::{prelude::*, sample::select, strategy::ValueTree, test_runner::TestRunner};

use crate::{
    generators::{METHODS, body, endpoint, scrambled},
    opinion::upstream,
    policy::policy,
};
use chain::{Answer, Chain};

/// All to the guard; reads past it.
const GUARDED: &str = "hosts/generated/gw-fra.json";
const DIRECT: &str = "tests/fleets/linked/hosts/generated/gw.json";
const PATHS: usize = 6000;
const DIRECT_PATHS: usize = 3000;
const BODIES: usize = 1000;
const SHORT: &str = r#"{"user_id":"@b:example.org","membership":"join"}"#;

/// How the requests ended.
#[derive(Debug, Default)]
struct Tally {
    arrived: usize,
    /// Past the guard.
    directly: usize,
    /// By a deny router.
    refused: usize,
    /// By Traefik itself: no router, a character that it does not take, nonsense.
    other: usize,
    /// Arrived, and the library refuses them: a path that Traefik has no rule for.
    guard_alone: usize,
}

/// Asks a gateway's Traefik for generated paths in every method, unless nobody named the program.
fn asked_for_paths(gateway: &str, count: usize) -> Option<(Chain, TestRunner, Tally)> {
    let Some(program) = env::var_os("RAMPART_TRAEFIK") else {
        println!("skipped: RAMPART_TRAEFIK names no Traefik");
        return None;
    };
    let mut chain = Chain::start(program.as_ref(), gateway);
    let mut runner =
        TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() });
    let mut tally = Tally::default();
    let paths = prop_oneof![3 => endpoint(), 1 => scrambled()];
    for _ in 0..count {
        let drawn = (select(METHODS), &paths).new_tree(&mut runner).unwrap().current();
        compare(&mut chain, drawn.0, &drawn.1, SHORT, &mut tally);
    }
    Some((chain, runner, tally))
}

#[test]
fn traefik_the_library_and_the_reference_agree() {
    let Some((mut chain, mut runner, mut tally)) = asked_for_paths(GUARDED, PATHS) else { return };
    for _ in 0..BODIES {
        let body = body().new_tree(&mut runner).unwrap().current();
        compare(&mut chain, "POST", "/_matrix/client/v3/createRoom", &body, &mut tally);
    }
    println!("{tally:?}");
    // What is drawn is drawn anew each time: some 300 are refused, give or take 25. Too few would compare nothing.
    assert!(tally.arrived > 500 && tally.refused > 200 && tally.directly == 0, "{tally:?}");
}

#[test]
fn where_reads_go_past_the_guard_nothing_else_does() {
    let Some((.., tally)) = asked_for_paths(DIRECT, DIRECT_PATHS) else { return };
    println!("{tally:?}");
    assert!(tally.arrived > 250 && tally.refused > 100 && tally.directly > 50, "{tally:?}");
}

fn compare(chain: &mut Chain, method: &str, target: &str, body: &str, tally: &mut Tally) {
    let body = if is_read(method) { "" } else { body };
    let asked = format!("{method} {target} {body}");
    match chain.ask(method, target, body) {
        Answer::Arrived { at_guard, method: got, target, body: sent } => {
            tally.arrived += 1;
            tally.directly += usize::from(!at_guard);
            assert!(at_guard || is_read(method), "{asked}: goes past the guard");
            assert_eq!((got.as_str(), sent.as_str()), (method, body), "{asked}: changed on its way");
            let seen = read_once(method, &target);
            assert!(!seen, "{asked}: arrives as {target}, which Traefik is there to refuse");
            let through = upstream(method, &target, sent.as_bytes(), &[])
                .unwrap_or_else(|why| panic!("{asked}: {why}"));
            tally.guard_alone += usize::from(through.is_none());
        }
        Answer::Refused => {
            tally.refused += 1;
            let head = Request::builder().method(method).uri(target).body(());
            let verdict =
                head.map(|head| decide(&head.into_parts().0, body.as_bytes(), &policy::<&str>(&[])));
            let passes = verdict.is_ok_and(|verdict| !matches!(verdict, Verdict::Refuse(_)));
            assert!(!passes, "{asked}: Traefik refuses what the library lets through");
        }
        Answer::Other(status) => {
            tally.other += 1;
            assert!((400..500).contains(&status), "{asked}: {status}");
        }
    }
}

fn is_read(method: &str) -> bool {
    ["GET", "HEAD", "OPTIONS"].contains(&method)
}

/// Whether a homeserver that splits at slashes and decodes each word once reads something that the deny routers name.
fn read_once(method: &str, target: &str) -> bool {
    let path = target.split('?').next().unwrap_or_default();
    let words: Vec<String> = path.split('/').skip(1).map(decoded).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["_synapse" | "_conduwuit" | "_tuwunel", ..]
        | ["_matrix", "client", _, "admin", ..]
        | ["_matrix", "client", "unstable", _, "admin", ..] => true,
        ["_matrix", "client", _, rest @ ..] if !is_read(method) => {
            let in_room = rest.iter().position(|word| *word == "rooms").and_then(|at| rest.get(at + 2..));
            matches!(
                in_room.unwrap_or_default(),
                ["redact" | "batch_send", ..]
                    | ["send" | "state", "m.room.encryption" | "m.room.encrypted" | "m.room.redaction", ..]
            )
        }
        _ => false,
    }
}

fn decoded(word: &str) -> String {
    let (bytes, mut out, mut at) = (word.as_bytes(), Vec::new(), 0);
    while at < bytes.len() {
        let pair = word.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let byte = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        out.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}
