//! Fleets in which options are tried: the example, and its neighbours that make other choices.

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};

use super::Asked;
use crate::repository;

/// A manifest.
pub(super) struct Fleet(Value);

/// What else a fleet may choose, laid over the example.
fn choices() -> Vec<Value> {
    let core = |settings: Value| json!({ "core": settings });
    vec![
        json!({}),
        json!({ "audit": { "enable": false } }),
        json!({ "region": { "tyo": { "mode": "backbone" } } }),
        core(json!({ "public-media": false })),
        core(json!({ "accounts": "oidc", "oidc": {
            "issuer": "https://id.meridian.example", "client-id": "matrix",
        } })),
        core(json!({ "accounts": "ldap", "ldap": {
            "uri": "ldaps://ldap.meridian.example", "base-dn": "ou=people,dc=meridian,dc=example",
            "bind-dn": "cn=matrix,dc=meridian,dc=example",
        } })),
    ]
}

/// All of them.
pub(super) fn all() -> Result<Vec<Fleet>> {
    let text = fs_err::read_to_string(repository::root().join("hosts/fleet.toml"))?;
    let example: Value = toml::from_str(&text).context("the example fleet is no TOML")?;
    Ok(choices()
        .into_iter()
        .map(|choice| {
            let mut fleet = example.clone();
            lay(&mut fleet, &choice);
            Fleet(fleet)
        })
        .collect())
}

impl Fleet {
    pub(super) fn table(&self) -> &Value {
        &self.0
    }

    /// The fleet with a value of an option. What belongs to one host, region or tenant is tried with each of them.
    pub(super) fn with(&self, asked: &Asked, value: &Value) -> Vec<Value> {
        let layer = asked.path.iter().rev().fold(value.clone(), |value, name| json!({ name: value }));
        let layers: Vec<Value> = match asked.set {
            set @ ("host" | "region" | "tenant") => {
                let names = self.0.get(set).and_then(Value::as_object).into_iter().flat_map(Map::keys);
                names.map(|name| json!({ set: { name: layer } })).collect()
            }
            set => vec![json!({ set: layer })],
        };
        let laid = |layer: &Value| {
            let mut fleet = self.0.clone();
            lay(&mut fleet, layer);
            fleet
        };
        layers.iter().map(laid).collect()
    }
}

/// Lays tables over tables, and anything else in their place.
fn lay(below: &mut Value, above: &Value) {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            for (key, value) in above {
                lay(below.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (below, above) => *below = above.clone(),
    }
}
