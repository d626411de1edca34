//! JSON output has the members that programs were promised.

use serde_json::{Value, json};

use crate::{EXAMPLE, changed, fleet, run};

fn validate(schema: &Value, text: &str) {
    let value: Value = serde_json::from_str(text).unwrap();
    if let Err(error) = jsonschema::validate(schema, &value) {
        panic!("{error} at {}", error.instance_path());
    }
}

/// An object with exactly these members.
fn object(members: &Value) -> Value {
    let required: Vec<_> = members.as_object().unwrap().keys().collect();
    json!({ "type": "object", "properties": members, "required": required, "additionalProperties": false })
}

fn list(name: &str, item: &Value) -> Value {
    object(&json!({ name: { "type": "array", "minItems": 1, "items": item } }))
}

fn text() -> Value {
    json!({ "type": "string", "minLength": 1 })
}

fn perhaps(kind: &str) -> Value {
    json!({ "type": [kind, "null"] })
}

fn diagnostics() -> Value {
    let one = object(&json!({
        "code": { "pattern": "^[a-z]+(_[a-z]+)+$" },
        "severity": { "enum": ["error", "warning"] },
        "message": text(), "help": text(),
        "file": perhaps("string"), "line": perhaps("integer"), "column": perhaps("integer"), "host": perhaps("string"),
    }));
    object(&json!({
        "diagnostics": { "type": "array", "items": one },
        "summary": { "type": "object", "required": ["errors", "warnings"] },
    }))
}

#[test]
fn complaints() {
    let good = fleet("edge,dmz,audit");
    let check = run(&good, "check --format json").out;
    validate(&diagnostics(), &check);
    assert_eq!(serde_json::from_str::<Value>(&check).unwrap()["summary"]["hosts"], 4);
    let bad = changed(good, "role = \"core\"", "role = \"croe\"");
    for words in ["check", "render", "show flows"] {
        let run = run(&bad, &format!("{words} --format json"));
        assert_eq!((run.code, run.err.as_str()), (1, ""));
        validate(&diagnostics(), &run.out);
    }
}

#[test]
fn explanations() {
    let rule = object(&json!({ "code": text(), "severity": text(), "summary": text(), "help": text() }));
    validate(&list("rules", &rule), &run(&fleet(""), "explain --format json").out);
}

#[test]
fn rendered_files() {
    let file =
        object(&json!({ "file": text(), "change": { "enum": ["none", "new", "changed", "removed"] } }));
    let folder = fleet("");
    for words in ["render", "render --check"] {
        validate(&list("files", &file), &run(&folder, &format!("{words} --format json")).out);
    }
    validate(&list("files", &file), &run(&folder, "init other --format json").out);
}

#[test]
fn lists() {
    let folder = fleet("");
    let ports = object(&json!({ "first": { "type": "integer" }, "last": { "type": "integer" } }));
    let net = json!({ "enum": ["public", "lan", "tunnel"] });
    let protocol = json!({ "enum": ["tcp", "udp", "icmp"] });
    let kind = json!({ "enum": ["accept", "forward"] });
    let texts = json!({ "type": "array", "items": text() });
    let flow = object(&json!({
        "from": text(), "to": text(), "net": net, "protocol": protocol, "ports": ports, "kind": kind,
        "via": perhaps("string"), "unit": text(), "why": text(),
    }));
    let port = object(&json!({
        "host": text(), "net": net, "protocol": protocol, "ports": ports, "kind": kind, "from": texts, "to": text(),
        "unit": text(),
    }));
    let secret = object(&json!({
        "name": text(), "hosts": texts, "path": { "pattern": "^/run/" }, "owner": text(), "group": text(),
        "mode": { "pattern": "^0[0-7]{3}$" }, "units": { "type": "array" },
    }));
    let host = json!({ "type": "object", "required": ["name", "role", "region", "tunnelAddress", "address", "lan"] });
    let region = json!({ "type": "object", "required": ["name", "title", "mode", "foci", "networks"],
        "properties": { "verdict": { "enum": [null, "kept", "not-kept", "not-measured", "not-while-draining"] } } });
    let diagram = object(&json!({ "format": text(), "text": text() }));
    for (name, item) in [
        ("flows", flow),
        ("ports", port),
        ("secrets", secret),
        ("hosts", host),
        ("regions", region),
        ("diagram", diagram),
    ] {
        let shown = run(&folder, &format!("show {name} --format json --fleet {EXAMPLE}"));
        validate(&list(name, &item), &shown.out);
    }
}

#[test]
fn names() {
    let record = object(&json!({
        "name": text(), "type": { "enum": ["A", "AAAA"] }, "ttl": { "type": "integer" }, "value": text(),
        "host": text(), "purpose": text(),
    }));
    let schema = object(&json!({
        "dns": { "type": "array", "minItems": 8, "items": record },
        "geo": object(&json!({ "name": perhaps("string"), "regions": { "type": "array", "minItems": 5 } })),
    }));
    validate(&schema, &run(&fleet(""), &format!("show dns --format json --fleet {EXAMPLE}")).out);
}

#[test]
fn documents() {
    let folder = fleet("");
    for words in ["schema", "options --format json"] {
        serde_json::from_str::<Value>(&run(&folder, words).out).unwrap();
    }
    assert_eq!(run(&folder, "options --format md").out, run(&folder, "options").out);
    let schema: Value = serde_json::from_str(&run(&folder, "schema").out).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
}
