//! Real Traefik as a third opinion: the rules of the example fleet's gateway, asked what was generated.
//! `RAMPART_TRAEFIK` names the program (the lab's cache has one); without it nothing is shown here and the test says so.
//!
//! - What Traefik refuses the library refuses, too: their two policies are one.
//! - What Traefik passes on is never what a homeserver that decodes once would take for an event or a path of the deny rules.
//! - What arrives has the body that was sent, and of that the library lets nothing through that the reference forbids.

mod chain;

use std::env;

use http::Request;
use ingress::{Verdict, decide};
use proptest::{prelude::*, sample::select, strategy::ValueTree, test_runner::TestRunner};

use crate::{
    generators::{body, endpoint, scrambled},
    opinion::upstream,
    policy::policy,
};
use chain::{Answer, Chain};

const PATHS: usize = 6000;
const BODIES: usize = 1000;
const SHORT: &str = r#"{"user_id":"@b:example.org","membership":"join"}"#;

/// How the requests ended.
#[derive(Debug, Default)]
struct Tally {
    arrived: usize,
    /// By a deny router.
    refused: usize,
    /// By Traefik itself: no router, a character that it does not take, nonsense.
    other: usize,
    /// Arrived, and the library refuses them: a path that Traefik has no rule for.
    guard_alone: usize,
}

#[test]
fn traefik_the_library_and_the_reference_agree() {
    let Some(program) = env::var_os("RAMPART_TRAEFIK") else {
        println!("skipped: RAMPART_TRAEFIK names no Traefik");
        return;
    };
    let mut chain = Chain::start(program.as_ref());
    let mut runner =
        TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() });
    let paths = prop_oneof![3 => endpoint(), 1 => scrambled()];
    let methods = select(&["PUT", "POST", "DELETE", "GET", "PATCH"][..]);
    let mut tally = Tally::default();
    for _ in 0..PATHS {
        let drawn = (&methods, &paths).new_tree(&mut runner).unwrap().current();
        compare(&mut chain, drawn.0, &drawn.1, SHORT, &mut tally);
    }
    for _ in 0..BODIES {
        let body = body().new_tree(&mut runner).unwrap().current();
        compare(&mut chain, "POST", "/_matrix/client/v3/createRoom", &body, &mut tally);
    }
    println!("{tally:?}");
    // What is drawn is drawn anew each time: some 340 are refused, give or take 25. Too few would compare nothing.
    assert!(tally.arrived > 500 && tally.refused > 200, "{tally:?}");
}

fn compare(chain: &mut Chain, method: &str, target: &str, body: &str, tally: &mut Tally) {
    let body = if method == "GET" { "" } else { body };
    let asked = format!("{method} {target} {body}");
    match chain.ask(method, target, body) {
        Answer::Arrived { method: got, target, body: sent } => {
            tally.arrived += 1;
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

/// Whether a homeserver that splits at slashes and decodes each word once reads something that the deny routers name.
fn read_once(method: &str, target: &str) -> bool {
    let path = target.split('?').next().unwrap_or_default();
    let words: Vec<String> = path.split('/').skip(1).map(decoded).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is_read = ["GET", "HEAD", "OPTIONS"].contains(&method);
    match words.as_slice() {
        ["_synapse" | "_conduwuit" | "_tuwunel", ..]
        | ["_matrix", "client", _, "admin", ..]
        | ["_matrix", "client", "unstable", _, "admin", ..] => true,
        ["_matrix", "client", _, rest @ ..] if !is_read => {
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
