//! Secrets in a file that is committed and copied to the store.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{
    Check, LocalRule,
    leaves::{self, Leaf},
};

/// See [`Code::SecretInSettings`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::SecretInSettings,
    example: include_str!("../../tests/cases/err/secret_in_settings/case/host.json"),
    checks: &[Check::Leaf(check)],
};

fn check(leaf: &Leaf<'_, '_>, report: &mut Report) {
    let Leaf { host, trail, text } = leaf;
    let names = || host.get("secrets").and_then(Value::as_object);
    let is_name = || names().is_some_and(|names| names.contains_key(*text));
    // A secret is referred to by its name or by where it is at run time.
    let is_told = || trail.is_secret() && !text.starts_with("/run/") && !is_name();
    if !text.is_empty() && (is_told() || leaves::holds_key(text)) {
        report.push(Kind::SecretInSettings { path: trail.to_string() });
    }
}
