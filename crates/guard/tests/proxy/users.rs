//! Whom a log line names.

use serde_json::Value;

use crate::{
    harness::{Guard, Setup},
    upstream::Homeserver,
    wire::{exchange, head},
};

const REDACT: &str = "/_matrix/client/v3/rooms/!r:x.org/redact/$e/1";

fn redact(how: &str, times: usize) -> (Guard, Homeserver, Value) {
    let setup = Setup::new().with("logUsers", how);
    let homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = setup.start();
    for _ in 0..times {
        let lines = "Authorization: Bearer syt_alice\r\nContent-Length: 2\r\n";
        exchange(guard.address, &(head("PUT", REDACT, lines) + "{}")).assert_matrix_error(403, "M_FORBIDDEN");
    }
    let line = guard.log.wait_for("redaction_endpoint");
    (guard, homeserver, line)
}

#[test]
fn nobody_is_named_and_nobody_asked_unless_wanted() {
    let (_guard, homeserver, line) = redact("session", 1);
    assert!(line["session"].is_string() && line["user"].is_null(), "{line}");
    assert!(homeserver.seen().is_empty());
}

#[test]
fn in_clear_when_wanted_and_the_homeserver_is_asked_once() {
    let (guard, homeserver, line) = redact("clear", 1);
    assert_eq!(line["user"], "@alice:x.org", "{line}");
    let lines = "Authorization: Bearer syt_alice\r\nContent-Length: 2\r\n";
    exchange(guard.address, &(head("PUT", &REDACT.replace("$e", "$f"), lines) + "{}"));
    let asked = homeserver.only();
    assert_eq!(asked.target, "/_matrix/client/v3/account/whoami");
    assert_eq!(asked.all("authorization"), ["Bearer syt_alice"]);
    assert!(!guard.log.text().contains("syt_"), "{}", guard.log.text());
}

#[test]
fn as_a_hash_when_wanted() {
    let (guard, _homeserver, line) = redact("hash", 1);
    let hash = line["user"].as_str().unwrap();
    assert!(hash.len() == 16 && hash != line["session"], "{line}");
    assert!(!guard.log.text().contains("alice"), "{}", guard.log.text());
}

#[test]
fn without_a_homeserver_the_line_is_still_written() {
    let guard = Setup::new().with("logUsers", "clear").start();
    let lines = "Authorization: Bearer syt_alice\r\nContent-Length: 2\r\n";
    exchange(guard.address, &(head("PUT", REDACT, lines) + "{}")).assert_matrix_error(403, "M_FORBIDDEN");
    let line = guard.log.wait_for("redaction_endpoint");
    assert!(line["user"].is_null() && line["session"].is_string(), "{line}");
}
