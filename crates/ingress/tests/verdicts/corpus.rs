//! The corpus against the library. Over the wire it is played in `crates/guard/tests/proxy/corpus.rs`.

use std::collections::BTreeSet;

use http::{Request, request::Parts};
use ingress::{Verdict, decide, endpoint, endpoints, rules};
use testkit::{RequestCase, request_cases};

use crate::policy::policy;

fn cases(verdict: &str) -> Vec<RequestCase> {
    request_cases(&format!("{}/tests/cases/{verdict}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The head as hyper would hand it over, or why it would not.
fn head(case: &RequestCase) -> Parts {
    let (lines, _) = case.parts();
    let line = String::from_utf8(lines[0].to_vec()).unwrap();
    let mut words = line.split(' ');
    let mut request = Request::builder().method(words.next().unwrap()).uri(words.next().unwrap());
    for line in &lines[1..] {
        let at = line.iter().position(|byte| *byte == b':').unwrap();
        request = request.header(&line[..at], line[at + 1..].trim_ascii());
    }
    request.body(()).unwrap_or_else(|error| panic!("{}: {error}", case.name)).into_parts().0
}

fn verdict(case: &RequestCase) -> Verdict {
    decide(&head(case), case.parts().1, &policy(&case.policy))
}

#[test]
fn every_blocked_request_is_refused_by_the_rule_that_it_names() {
    let mut wrong = Vec::new();
    for case in cases("block").iter().filter(|case| !case.is_about_http) {
        let name = match verdict(case) {
            Verdict::Refuse(refusal) => refusal.rule.name,
            Verdict::Pass => "(passes)",
            Verdict::Rebuilt { .. } => "(passes, rebuilt)",
        };
        if case.rule.as_deref() != Some(name) {
            wrong.push(format!("{}: {name} instead of {:?}", case.name, case.rule));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_allowed_request_passes_with_the_body_that_it_names() {
    let mut wrong = Vec::new();
    for case in cases("allow").iter().filter(|case| !case.is_about_http) {
        let body = match verdict(case) {
            Verdict::Pass => case.parts().1.to_vec(),
            Verdict::Rebuilt { body, .. } => body,
            Verdict::Refuse(refusal) => {
                wrong.push(format!("{}: refused by {}", case.name, refusal.rule.name));
                continue;
            }
        };
        if body != case.expected_body() {
            wrong.push(format!("{}: arrives as {}", case.name, String::from_utf8_lossy(&body)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_corpus_is_large_and_shows_every_rule() {
    let blocked = cases("block");
    assert!(blocked.len() >= 250, "{}", blocked.len());
    assert!(cases("allow").len() >= 150, "{}", cases("allow").len());
    let shown: BTreeSet<&str> = blocked.iter().filter_map(|case| case.rule.as_deref()).collect();
    // One body of that length is made by a test instead of lying in a file.
    let silent = |rule: &&&ingress::Rule| !shown.contains(rule.name) && rule.name != "body_too_long";
    let silent: Vec<&str> = rules::ALL.iter().filter(silent).map(|rule| rule.name).collect();
    assert!(silent.is_empty(), "no case shows {silent:?}");
}

/// Cases that public clients, servers, proxies or advisories gave; `docs/audit.md` says how many.
const FOUND_ELSEWHERE: usize = 209;

#[test]
fn every_folder_has_a_request_that_was_found_elsewhere() {
    let (mut found, mut folders, mut bare) = (0, BTreeSet::new(), Vec::new());
    for verdict in ["block", "allow"] {
        let (mut all, mut sourced) = (BTreeSet::new(), BTreeSet::new());
        for case in cases(verdict) {
            let folder = case.name.split('/').next().unwrap().to_owned();
            if let Some(source) = &case.source {
                found += 1;
                sourced.insert(folder.clone());
                bare.extend(source.split("; ").filter(|one| !is_place(one)).map(str::to_owned));
            }
            all.insert(folder);
        }
        folders.extend(all.difference(&sourced).map(|folder| format!("{verdict}/{folder}")));
    }
    assert!(folders.is_empty(), "without a source: {folders:?}");
    assert!(bare.is_empty(), "no repository with a file, and no advisory: {bare:?}");
    assert!(found >= FOUND_ELSEWHERE, "{found} of {FOUND_ELSEWHERE}");
}

/// Whether somebody else can look there.
fn is_place(source: &str) -> bool {
    let file = source.split_once(": ").is_some_and(|(repository, file)| {
        repository.split('/').filter(|part| !part.is_empty()).count() == 2 && file.contains('.')
    });
    file || source.starts_with("CVE-") || source.starts_with("GHSA-")
}

#[test]
fn no_two_cases_are_the_same_request() {
    let all: Vec<RequestCase> = ["block", "allow"].into_iter().flat_map(cases).collect();
    let mut seen = BTreeSet::new();
    for case in &all {
        assert!(seen.insert((&case.raw, &case.policy)), "{} is there twice", case.name);
    }
}

#[test]
fn a_body_that_is_too_long_is_refused() {
    let case = cases("allow").into_iter().find(|case| case.name == "create/plain").unwrap();
    let body = format!("{{\"topic\":\"{}\"}}", "x".repeat(ingress::MAX_BODY_BYTES));
    match decide(&head(&case), body.as_bytes(), &policy::<&str>(&[])) {
        Verdict::Refuse(refusal) => assert_eq!(refusal.rule.name, "body_too_long"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_refusal_names_room_and_kind_and_nothing_of_the_content() {
    let case = cases("block").into_iter().find(|case| case.name == "encryption/room-encoded").unwrap();
    let Verdict::Refuse(refusal) = verdict(&case) else { panic!("not refused") };
    assert_eq!(refusal.room.as_deref(), Some("!lHb3:example.org"));
    assert_eq!(refusal.kind.as_deref(), Some("m.room.encryption"));
}

#[test]
fn every_template_has_an_allowed_case() {
    let allowed: Vec<Parts> = cases("allow").iter().filter(|case| !case.is_about_http).map(head).collect();
    let found: BTreeSet<&str> = allowed
        .iter()
        .filter_map(|head| endpoint(&head.method, &head.uri))
        .map(|found| found.template)
        .collect();
    let missing: Vec<&str> =
        endpoints().map(|endpoint| endpoint.template).filter(|template| !found.contains(template)).collect();
    assert!(missing.is_empty(), "no allowed case for {missing:?}");
}
