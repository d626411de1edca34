//! What comes of a manifest.

use std::collections::BTreeSet;

use anyhow::Result;
use diag::{Code, Report};
use manifest::{Files, Input};
use serde_json::Value;

/// Complaints that say that a setting does nothing: no effect to speak of.
const SAYS_IDLE: [Code; 3] = [Code::SettingUnused, Code::AuditUnused, Code::ProviderUnused];
/// Complaints of a value that is none of its type.
const SAYS_WRONG: [Code; 2] = [Code::ValueInvalid, Code::KeyUnknown];

/// Complaints and rendered hosts.
#[derive(Debug, PartialEq)]
pub(super) struct Outcome {
    /// Whether the manifest was read to the end.
    pub(super) is_accepted: bool,
    complaints: BTreeSet<String>,
    hosts: Vec<Value>,
}

impl Outcome {
    /// Runs all stages.
    pub(super) fn of(manifest: &Value) -> Result<Self> {
        let bytes = toml::to_string(manifest)?.into_bytes();
        let fleet = Input { name: "fleet.toml".to_owned(), bytes };
        let parsed = manifest::parse(Files { fleet, ..Files::default() });
        let mut report = parsed.report;
        let (resolved, found) = fleet::resolve(parsed.written);
        report.extend(found);
        let mut hosts = Vec::new();
        if let Some(resolved) = resolved {
            let (checked, found) = fleet::check(resolved);
            report.extend(found);
            hosts.extend(
                checked.iter().flat_map(|checked| render::hosts(checked, |host| without_echo(host.json))),
            );
        }
        let is_accepted = !report.iter().any(|one| SAYS_WRONG.contains(&one.kind.code()));
        Ok(Self { is_accepted, complaints: complaints(&report), hosts })
    }

    /// Where hosts differ from those of `other`, as paths of keys. Nothing where a rule refused one of the two fleets.
    pub(super) fn differences(&self, other: &Self) -> BTreeSet<Vec<String>> {
        let mut found = BTreeSet::new();
        if self.hosts.len() == other.hosts.len() {
            for (one, other) in self.hosts.iter().zip(&other.hosts) {
                differ(one, other, &mut Vec::new(), &mut found);
            }
        }
        found
    }
}

static ABSENT: Value = Value::Null;

fn differ(one: &Value, other: &Value, at: &mut Vec<String>, found: &mut BTreeSet<Vec<String>>) {
    match (one, other) {
        (Value::Object(left), Value::Object(right)) => {
            for key in left.keys().chain(right.keys().filter(|key| !left.contains_key(*key))) {
                at.push(key.clone());
                differ(left.get(key).unwrap_or(&ABSENT), right.get(key).unwrap_or(&ABSENT), at, found);
                at.pop();
            }
        }
        _ if one != other => drop(found.insert(at.clone())),
        _ => {}
    }
}

fn complaints(report: &Report) -> BTreeSet<String> {
    let said = report.iter().filter(|one| !SAYS_IDLE.contains(&one.kind.code()));
    said.map(|one| one.kind.message()).collect()
}

/// A host without the values of its options, which repeat whatever was written.
fn without_echo(mut host: Value) -> Value {
    if let Value::Object(members) = &mut host {
        members.shift_remove("options");
    }
    host
}
