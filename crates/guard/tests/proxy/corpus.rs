//! The corpus of `crates/ingress/tests/cases` over raw sockets: blocked requests get a 4xx and nothing of them arrives;
//! allowed ones arrive byte for byte and the homeserver's own answer comes back.
//!
//! The same files are played once more through real Traefik in front of the guard: the story `corpus-holds-on-the-real-chain`.

use std::{collections::BTreeMap, io::Write, net::Shutdown, thread, time::Duration};

use serde_json::{Value, json};
use testkit::{RequestCase, request_cases};

use crate::{
    harness::{Guard, Setup},
    upstream::{Homeserver, Seen},
    wire::{Reply, connect},
};

/// One guard and one homeserver for each policy.
type Groups = BTreeMap<Vec<String>, Vec<RequestCase>>;

fn groups(verdict: &str) -> Groups {
    let folder = format!("{}/../ingress/tests/cases/{verdict}", env!("CARGO_MANIFEST_DIR"));
    let mut groups = Groups::new();
    for case in request_cases(&folder).unwrap() {
        groups.entry(case.policy.clone()).or_default().push(case);
    }
    groups
}

fn setup(words: &[String]) -> Setup {
    let mut setup = Setup::new().with("registration", "everywhere");
    setup.config["policy"]["audit"]["accounts"] = json!(["@officer:example.org"]);
    for word in words {
        match word.as_str() {
            "closed-registration" => setup.config["registration"] = "enrol-socket-only".into(),
            "federation" => setup.config["policy"]["federation"] = Value::Bool(true),
            "off" => setup.config["policy"]["audit"]["enable"] = Value::Bool(false),
            "refuse" => setup.config["policy"]["audit"]["encryptedCreate"] = "refuse".into(),
            switch => setup.config["policy"]["audit"][switch] = Value::Bool(true),
        }
    }
    setup
}

fn send(guard: &Guard, case: &RequestCase) -> Reply {
    let mut stream = connect(guard.address);
    // A refusal may come before the last byte has been taken.
    let _ = stream.write_all(&case.raw);
    if case.ends {
        let _ = stream.shutdown(Shutdown::Write);
    }
    Reply::read(stream)
}

/// Plays all cases of a verdict; `check` says what is wrong with the outcome of one.
fn play(verdict: &str, check: impl Fn(&RequestCase, &Reply, &[Seen]) -> Option<String>) {
    let mut wrong = Vec::new();
    for (words, cases) in groups(verdict) {
        let setup = setup(&words);
        let homeserver = Homeserver::start(&setup.homeserver_socket());
        let guard = setup.start();
        for case in &cases {
            let reply = send(&guard, case);
            let fault = check(case, &reply, &homeserver.take());
            wrong.extend(fault.map(|fault| format!("{}: {fault}", case.name)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_blocked_gets_a_matrix_error_and_does_not_arrive() {
    play("block", |case, reply, seen| {
        // Who is gone need not be told.
        if case.ends && reply.text.is_empty() && seen.is_empty() {
            return None;
        }
        let refused = reply.responses() == 1 && (400..500).contains(&reply.status());
        if !refused || !seen.is_empty() {
            return Some(format!("{} and {seen:?} arrived", reply.text));
        }
        let rule = ingress::rules::ALL.iter().find(|rule| Some(rule.name) == case.rule.as_deref())?;
        let said: Value = serde_json::from_str(reply.body()).unwrap_or_default();
        let told = (reply.status(), &said["errcode"], &said["error"]);
        let meant = (rule.status, &json!(rule.errcode), &json!(rule.sentence));
        (told != meant).then(|| format!("{told:?} instead of {meant:?}"))
    });
    // Whatever came late would have come by now.
    thread::sleep(Duration::from_millis(100));
}

/// What is wrong with the answers behind the first one. Of what is smuggled nothing has arrived; it may have been answered, by
/// the rule that the case names.
fn fault_behind(case: &RequestCase, reply: &Reply) -> Option<String> {
    let Some(smuggled) = &case.smuggles else {
        return (reply.responses() != 1).then(|| format!("{} answers", reply.responses()));
    };
    let rule = ingress::rules::ALL.iter().find(|rule| rule.name == smuggled);
    let Some(rule) = rule else { return Some(format!("no rule {smuggled}")) };
    let behind = reply.text.match_indices("HTTP/1.1 ").nth(1).map(|(at, _)| &reply.text[at..]);
    let is_refused = behind.is_none_or(|text| {
        text.starts_with(&format!("HTTP/1.1 {} ", rule.status)) && text.contains(rule.sentence)
    });
    (!is_refused || reply.responses() > 2).then(|| reply.text.clone())
}

#[test]
fn what_is_allowed_arrives_byte_for_byte_and_is_answered_by_the_homeserver() {
    play("allow", |case, reply, seen| {
        let (lines, _) = case.parts();
        let line = String::from_utf8_lossy(lines[0]).into_owned();
        let [arrived] = seen else { return Some(format!("{seen:?} arrived; {}", reply.text)) };
        let sent = format!("{} {} HTTP/1.1", arrived.method, arrived.target);
        if reply.status() != 200 || reply.header("x-own") != Some("1") {
            return Some(reply.text.clone());
        }
        if let Some(fault) = fault_behind(case, reply) {
            return Some(fault);
        }
        if sent != line || arrived.body != case.expected_body() {
            return Some(format!("arrived as {sent} {}", String::from_utf8_lossy(&arrived.body)));
        }
        None
    });
}

#[test]
fn refusals_are_logged_by_rule_room_and_kind_without_token_or_content() {
    let (guard, _homeserver) = {
        let setup = setup(&[]);
        let homeserver = Homeserver::start(&setup.homeserver_socket());
        (setup.start(), homeserver)
    };
    let cases = groups("block").remove(&Vec::new()).unwrap();
    let case = |name: &str| cases.iter().find(|case| case.name == name).unwrap();
    send(&guard, case("redaction-event/encoded"));
    let record = guard.log.wait_for("redaction_event");
    assert_eq!((&record["room"], &record["kind"]), (&json!("!lHb3:example.org"), &json!("m.room.redaction")));
    let session = record["session"].as_str().unwrap().to_owned();
    send(&guard, case("create/redaction"));
    let cases = groups("allow").remove(&Vec::new()).unwrap();
    send(&guard, cases.iter().find(|case| case.name == "create/stripped").unwrap());
    let changed = guard.log.wait_for("changed");
    assert_eq!((&changed["note"], &changed["session"]), (&json!("encryption_stripped"), &json!(session)));
    let text = guard.log.text();
    for secret in ["syt_case", "Rqnc", "megolm"] {
        assert!(!text.contains(secret), "{text}");
    }
}
