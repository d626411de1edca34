//! Secrets in a file that is committed and copied to the store.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{LocalRule, leaves};

/// See [`Code::SecretInSettings`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::SecretInSettings,
    example: include_str!("../../tests/cases/err/secret_in_settings/case/host.json"),
    check,
};

fn check(host: &Value, report: &mut Report) {
    let names = host.get("secrets").and_then(Value::as_object);
    let is_name = |value: &Value| {
        value.as_str().is_some_and(|name| names.is_some_and(|names| names.contains_key(name)))
    };
    for part in ["services", "units", "files", "options", "facts"] {
        leaves::each(host.get(part).unwrap_or(&Value::Null), part, &mut |path, value| {
            let Some(text) = value.as_str().filter(|text| !text.is_empty()) else { return };
            // A secret is referred to by its name or by where it is at run time.
            let refers = is_name(value) || text.starts_with("/run/");
            if leaves::holds_key(text) || (leaves::is_secret(path) && !refers) {
                report.push(Kind::SecretInSettings { path: path.to_owned() });
            }
        });
    }
}
