//! Relays that clients are told about and cannot use.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver};

/// See [`Code::HostRelayUnusable`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostRelayUnusable,
    example: include_str!("../../tests/cases/err/host_relay_unusable/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let uris = homeserver::get(host, "turn_uris").and_then(Value::as_array);
    let Some(uris) = uris else { return };
    let detail = if uris.is_empty() {
        "the list is empty, which clients take for an answer"
    } else if homeserver::get(host, "turn_secret_file").is_none() {
        "there are no credentials, since `turn_secret_file` is not set"
    } else {
        return;
    };
    let path = homeserver::path("turn_uris");
    report.push(Kind::HostRelayUnusable { path, detail: detail.to_owned() });
}
