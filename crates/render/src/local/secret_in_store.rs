//! Secrets that every user can read.

use diag::{Code, Kind, Report};
use serde_json::Value;
use values::{SecretPath, ValueError};

use super::{LocalRule, leaves, view};

/// See [`Code::SecretInStore`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::SecretInStore,
    example: include_str!("../../tests/cases/err/secret_in_store/case/host.json"),
    check,
};

fn check(host: &Value, report: &mut Report) {
    let listed = view::table(host, "secrets")
        .filter(|(_, secret)| view::text(secret, "path").is_some_and(is_in_store))
        .map(|(name, _)| format!("secrets.{name}.path"));
    let mut found: Vec<String> = listed.collect();
    leaves::each_text(host, "services", &mut |trail, text| {
        if trail.names_a_file() && is_in_store(text) {
            found.push(trail.to_string());
        }
    });
    report.extend(found.into_iter().map(|path| Kind::SecretInStore { path }));
}

fn is_in_store(text: &str) -> bool {
    text.parse::<SecretPath>() == Err(ValueError::SecretInStore)
}
