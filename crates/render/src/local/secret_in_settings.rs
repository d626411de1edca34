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
    let is_name = |text: &str| names.is_some_and(|names| names.contains_key(text));
    for part in ["services", "units", "files", "options", "facts"] {
        leaves::each_text(host, part, &mut |trail, text| {
            // A secret is referred to by its name or by where it is at run time.
            let is_told = || trail.is_secret() && !is_name(text) && !text.starts_with("/run/");
            if !text.is_empty() && (is_told() || leaves::holds_key(text)) {
                report.push(Kind::SecretInSettings { path: trail.to_string() });
            }
        });
    }
}
