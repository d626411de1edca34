//! Policies by the words of case files.

use ingress::Policy;
use serde_json::{Value, json};

/// The audit profile, changed by each word.
pub(crate) fn policy<W: AsRef<str>>(words: &[W]) -> Policy {
    let mut value = json!({
        "audit": { "enable": true, "reads": "guarded", "encryptedCreate": "strip", "blinding": false, "keys": false,
            "edits": false, "accounts": ["@officer:example.org"] },
        "roomVersion": "11",
        "federation": false,
    });
    for word in words {
        match word.as_ref() {
            "off" => value["audit"]["enable"] = Value::Bool(false),
            "refuse" => value["audit"]["encryptedCreate"] = "refuse".into(),
            "federation" => value["federation"] = Value::Bool(true),
            switch @ ("blinding" | "keys" | "edits") => value["audit"][switch] = Value::Bool(true),
            other => panic!("no policy `{other}`"),
        }
    }
    serde_json::from_value(value).unwrap()
}
