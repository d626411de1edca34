//! Federation with anybody.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver, view};

/// See [`Code::HostFederationOpen`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostFederationOpen,
    example: include_str!("../../tests/cases/err/host_federation_open/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let listed = homeserver::get(host, LIST).and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    if view::is_audited(host) && homeserver::is_on(host, "allow_federation", true) && !listed {
        let (path, list) = (homeserver::path("allow_federation"), homeserver::path(LIST));
        report.push(Kind::HostFederationOpen { path, list });
    }
}

const LIST: &str = "allowed_remote_server_names_experimental";
