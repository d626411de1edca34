//! Expressions that find more than the server meant.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver};

/// See [`Code::FederationUnanchored`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::FederationUnanchored,
    example: include_str!("../../tests/cases/err/federation_unanchored/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if !homeserver::is_on(host, "allow_federation", true) {
        return;
    }
    let list = homeserver::get(host, LIST).and_then(Value::as_array).into_iter().flatten();
    for (index, pattern) in list.enumerate() {
        let pattern = pattern.as_str().unwrap_or_default();
        if !is_one_server(pattern) {
            let path = format!("{}.{index}", homeserver::path(LIST));
            report.push(Kind::FederationUnanchored { path, pattern: pattern.to_owned() });
        }
    }
}

const LIST: &str = "allowed_remote_server_names_experimental";

/// Whether the expression finds exactly one name: anchored, and every dot escaped.
fn is_one_server(pattern: &str) -> bool {
    let inner = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix('$'));
    inner
        .is_some_and(|inner| inner.replace("\\.", ".").parse::<values::Domain>().is_ok() && is_escaped(inner))
}

/// Whether no dot stands for any character.
fn is_escaped(pattern: &str) -> bool {
    pattern.match_indices('.').all(|(at, _)| pattern[..at].ends_with('\\'))
}
