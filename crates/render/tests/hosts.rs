//! Rules on one host. A case is a folder with `host.json`: a JSON merge patch (RFC 7386) that is laid over a host of the
//! example fleet, the one that its `facts.host` names. So a case shows what is wrong and nothing else.

#![expect(clippy::expect_used, clippy::panic, reason = "a test says what is missing by failing")]

use std::{collections::BTreeMap, path::Path, sync::LazyLock};

use diag::{Report, Sources, pretty};
use manifest::{Files, Input};
use serde_json::Value;
use testkit::{Cases, Failure, Verdict};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../hosts");

/// Every host of the example fleet, as rendered now.
static HOSTS: LazyLock<BTreeMap<String, Value>> = LazyLock::new(|| rendered(&[]));

/// The hosts of the example fleet by name, after these replacements in its manifest.
fn rendered(replacements: &[(&str, &str)]) -> BTreeMap<String, Value> {
    let folder = Path::new(EXAMPLE);
    let mut manifest = fs_err::read_to_string(folder.join("fleet.toml")).expect("the example fleet is there");
    for (old, new) in replacements {
        assert!(manifest.contains(old), "the example fleet has no `{old}`");
        manifest = manifest.replacen(old, new, 1);
    }
    let input =
        |name: &str| Some(Input { name: name.to_owned(), bytes: fs_err::read(folder.join(name)).ok()? });
    let files = Files {
        fleet: Input { name: "fleet.toml".to_owned(), bytes: manifest.into_bytes() },
        allocations: input("allocations.json"),
        keys: input("keys.json"),
        ..Files::default()
    };
    let parsed = manifest::parse(files);
    let (resolved, complaints) = fleet::resolve(parsed.written);
    assert!(!parsed.report.has_errors(false) && !complaints.has_errors(false), "{complaints:#?}");
    let (checked, complaints) = fleet::check(resolved.expect("a fleet"));
    let checked = checked.unwrap_or_else(|| panic!("{complaints:#?}"));
    render::hosts(&checked).map(|host| (host.name.to_string(), host.json)).collect()
}

/// The host that a patch is about, patched.
fn patched(patch: &[u8]) -> Value {
    let patch: Value = serde_json::from_slice(patch).expect("a case is JSON");
    let name = patch["facts"]["host"].as_str().expect("a case names its host");
    let mut host = HOSTS.get(name).unwrap_or_else(|| panic!("there is no host `{name}`")).clone();
    merge(&mut host, &patch);
    host
}

/// RFC 7386, section 2.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(target) = target else { return };
    for (key, value) in patch {
        if value.is_null() {
            target.remove(key);
        } else {
            merge(target.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

fn shown(report: &Report) -> String {
    pretty::render(report, &Sources::new(), pretty::Style::default())
}

#[test]
fn each_case_says_what_is_expected() -> Result<(), Failure> {
    Cases::new(CASES).check(|case| shown(&render::check_host(&patched(&case.inputs["host.json"]))))
}

/// A case that shows three faults shows none.
#[test]
fn a_bad_case_has_no_fault_but_its_own() {
    let mut wrong = Vec::new();
    for case in Cases::new(CASES).list().unwrap().into_iter().filter(|case| case.verdict == Verdict::Err) {
        let report = render::check_host(&patched(&case.inputs["host.json"]));
        let codes = report.iter().map(|one| one.kind.code().as_str());
        wrong.extend(codes.filter(|code| *code != case.code).map(|code| format!("{case}: {code}")));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_rule_has_a_bad_and_a_good_case() {
    let cases = Cases::new(CASES).list().unwrap();
    for rule in render::local::ALL {
        for verdict in [Verdict::Err, Verdict::Ok] {
            let found = cases.iter().any(|case| case.code == rule.code.as_str() && case.verdict == verdict);
            assert!(found, "{} has no case of the kind {verdict:?}", rule.code);
        }
    }
}

#[test]
fn a_rule_makes_the_complaint_that_it_is_called_after() {
    for rule in render::local::ALL {
        let mut report = Report::new();
        (rule.check)(&patched(rule.example.as_bytes()), &mut report);
        assert!(!report.is_empty(), "{} says nothing about its example", rule.code);
        assert!(report.iter().all(|one| one.kind.code() == rule.code), "{} says something else", rule.code);
    }
}

/// What people may choose in the manifest, none of which makes a bad host.
const CHOICES: [(&str, &str, &str); 9] = [
    ("the example itself", "", ""),
    ("backbone", "mode = \"cluster\"", "mode = \"backbone\""),
    ("direct reads", "[audit]\nenable = true", "[audit]\nenable = true\nreads = \"direct\""),
    ("no audit", "[audit]\nenable = true", "[audit]\nenable = false"),
    ("federation with a tenant", "rooms = [\"welcome\"]", "link = \"closed-federation\""),
    ("guests without calls", "rooms = [\"welcome\"]", "calls = \"none\""),
    ("certificates of one's own", "acme-email = \"ops@meridian.example\"", ""),
    ("accounts by token", "role = \"core\"", "role = \"core\"\ncore.accounts = \"token\""),
    ("a core without public ports", "role = \"core\"", "role = \"core\"\ncore.public-media = false"),
];

#[test]
fn no_choice_makes_a_bad_host() {
    for (choice, old, new) in CHOICES {
        for (name, host) in rendered(&[(old, new)]) {
            assert_eq!(shown(&render::check_host(&host)), "", "{choice}: {name}");
        }
    }
}

/// Rules look at files that people have edited: they find fault, they never fall over.
#[test]
fn no_rule_falls_over_a_file_of_another_form() {
    for broken in
        ["null", "[]", "{}", "{\"services\": 3}", "{\"services\": {\"traefik\": {\"dynamic\": []}}}"]
    {
        let report = render::check_host(&serde_json::from_str(broken).unwrap());
        assert!(report.has_errors(false), "{broken}");
    }
    for (name, depth) in [("core-fra", 3), ("edge-tyo-1", 3), ("gw-fra", 2), ("dmz-fra", 2)] {
        let mut host = HOSTS[name].clone();
        for path in pointers(&HOSTS[name], depth) {
            for wrong in [Value::from(7), serde_json::json!({ "x": ["y"] })] {
                let right = std::mem::replace(host.pointer_mut(&path).unwrap(), wrong);
                let _ = render::check_host(&host);
                *host.pointer_mut(&path).unwrap() = right;
            }
        }
    }
}

/// Pointers to everything down to this level.
fn pointers(value: &Value, depth: usize) -> Vec<String> {
    let mut out = Vec::new();
    let mut queue = vec![(String::new(), value)];
    while let Some((path, value)) = queue.pop() {
        let members: Vec<(String, &Value)> = match value {
            Value::Object(table) if path.matches('/').count() < depth => table
                .iter()
                .map(|(key, value)| (format!("{path}/{}", key.replace('~', "~0").replace('/', "~1")), value))
                .collect(),
            _ => Vec::new(),
        };
        out.push(path);
        queue.extend(members);
    }
    out
}
