//! `rampart-guard judge`: the reviewer's tool says what the guard would do.

use std::process::Stdio;

use fs_err as fs;
use guard::judge::{Outcome, judge};
use testkit::request_cases;

use crate::harness::{Setup, program};

/// Exit code and standard output for a request.
fn judged(setup: &Setup, file: &[u8], with_config: bool) -> (Option<i32>, String) {
    let path = setup.dir.path().join("request.http");
    fs::write(&path, file).unwrap();
    let mut command = program();
    command.arg("judge").arg(&path).stdout(Stdio::piped()).stderr(Stdio::piped());
    if with_config {
        command.arg("--config").arg(setup.write());
    }
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_refusal_names_rule_source_and_sentence() {
    let request = b"PUT /_matrix/client/v3/rooms/!r:x/state/m%2Eroom.encryption/ HTTP/1.1\nHost: x\n\n{\"algorithm\":\"x\"}";
    let (code, text) = judged(&Setup::new(), request, false);
    assert_eq!(code, Some(1), "{text}");
    for word in ["refused: 403", "encryption_event", "!r:x", "Matrix spec", "kept for the record"] {
        assert!(text.contains(word), "{text}");
    }
}

#[test]
fn a_change_is_shown() {
    let request = b"# a comment\n---\nPOST /_matrix/client/v3/createRoom HTTP/1.1\nHost: x\n\n\
        {\"initial_state\":[{\"type\":\"m.room.encryption\",\"state_key\":\"\",\"content\":{}}]}\n";
    let (code, text) = judged(&Setup::new(), request, false);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("encryption_stripped") && text.contains("{\"initial_state\":[]}"), "{text}");
}

#[test]
fn a_read_passes_and_the_policy_of_a_file_counts() {
    let read = b"GET /_matrix/client/v3/sync HTTP/1.1\nHost: x\n\n";
    assert_eq!(judged(&Setup::new(), read, true).0, Some(0));
    let mut setup = Setup::new();
    let keys = b"POST /_matrix/client/v3/keys/upload HTTP/1.1\nHost: x\n\n{}";
    assert_eq!(judged(&setup, keys, true).0, Some(0));
    setup.config["policy"]["audit"]["keys"] = true.into();
    assert_eq!(judged(&setup, keys, true).0, Some(1));
}

#[test]
fn what_is_no_http_is_said_to_be_so() {
    let (code, text) = judged(&Setup::new(), b"PUT /_matrix/client/versions\nnonsense\n\n", false);
    assert_eq!(code, Some(1));
    assert!(text.contains("http_malformed"), "{text}");
}

#[test]
fn a_file_that_is_not_there_is_an_error() {
    let output = program().args(["judge", "/nonexistent.http"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

/// The rule that refuses a request, if one does.
fn rule(outcome: &Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Passes { .. } => None,
        Outcome::Refused(refusal) => Some(refusal.rule()),
        Outcome::Malformed => Some("http_malformed"),
    }
}

#[test]
fn the_corpus_is_judged_by_the_rules_that_it_names() {
    let config = guard::load::audit_profile().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    for verdict in ["block", "allow"] {
        let folder = format!("{}/../ingress/tests/cases/{verdict}", env!("CARGO_MANIFEST_DIR"));
        for case in request_cases(&folder).unwrap().iter().filter(|case| case.policy.is_empty()) {
            let outcome = runtime.block_on(judge(&config, &case.raw)).unwrap();
            assert_eq!(rule(&outcome), case.rule.as_deref(), "{}: {outcome}", case.name);
        }
    }
}
