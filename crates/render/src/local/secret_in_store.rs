//! Secrets that every user can read.

use diag::{Code, Kind, Report};
use serde_json::Value;
use values::{SecretPath, ValueError};

use super::{Check, LocalRule, leaves::Leaf, view};

/// See [`Code::SecretInStore`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::SecretInStore,
    example: include_str!("../../tests/cases/err/secret_in_store/case/host.json"),
    checks: &[Check::File(listed), Check::Leaf(told)],
};

fn listed(host: &Value, report: &mut Report) {
    for (name, secret) in view::table(host, "secrets") {
        if view::text(secret, "path").is_some_and(is_in_store) {
            report.push(Kind::SecretInStore { path: format!("secrets.{name}.path") });
        }
    }
}

fn told(leaf: &Leaf<'_, '_>, report: &mut Report) {
    let Leaf { trail, text, .. } = leaf;
    if trail.is_in_services() && trail.names_a_file() && is_in_store(text) {
        report.push(Kind::SecretInStore { path: trail.to_string() });
    }
}

fn is_in_store(text: &str) -> bool {
    text.parse::<SecretPath>() == Err(ValueError::SecretInStore)
}
