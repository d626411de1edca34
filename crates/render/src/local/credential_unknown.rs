//! Secrets that nobody puts there.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, leaves::Leaf, view};

/// See [`Code::CredentialUnknown`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::CredentialUnknown,
    example: include_str!("../../tests/cases/err/credential_unknown/case/host.json"),
    checks: &[Check::File(listed), Check::Leaf(told)],
};

fn listed(host: &Value, report: &mut Report) {
    let secrets = host.get("secrets").and_then(Value::as_object);
    let mut check = |path: String, secret: &str| {
        if !secrets.is_some_and(|secrets| secrets.contains_key(secret)) {
            report.push(Kind::CredentialUnknown { path, secret: secret.to_owned() });
        }
    };
    for (unit, settings) in view::table(host, "units") {
        for (name, secret) in view::table(settings, "credentials") {
            check(format!("units.{unit}.credentials.{name}"), secret.as_str().unwrap_or_default());
        }
    }
    for (unit, settings) in view::table(host, "services") {
        for key in names_in(unit) {
            for secret in view::texts(settings, key) {
                check(format!("services.{unit}.{key}"), secret);
            }
        }
    }
}

fn told(leaf: &Leaf<'_, '_>, report: &mut Report) {
    let Leaf { host, trail, text } = leaf;
    let unknown = || undelivered(host, text);
    if let Some(secret) = trail.is_in_services().then(unknown).flatten() {
        report.push(Kind::CredentialUnknown { path: trail.to_string(), secret: secret.to_owned() });
    }
}

/// Keys of a unit's settings that name secrets.
fn names_in(unit: &str) -> &'static [&'static str] {
    match unit.split(['@', '-']).next() {
        Some("wg") => &["privateKey"],
        Some("redis") => &["password"],
        Some("coturn") => &["secrets"],
        Some("rampart") if unit.starts_with("rampart-jwt@") => &["key"],
        _ => &[],
    }
}

/// The name of the credential at this run-time path, when no unit of that name has it.
fn undelivered<'t>(host: &Value, text: &'t str) -> Option<&'t str> {
    let (unit, name) = text.strip_prefix("/run/credentials/")?.split_once(".service/")?;
    let unit = host.get("units")?.get(unit);
    let has = |table| unit.and_then(|unit| unit.get(table)).is_some_and(|table| table.get(name).is_some());
    (!has("credentials") && !has("made")).then_some(name)
}
