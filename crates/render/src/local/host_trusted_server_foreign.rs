//! Keys vouched for by others.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver, view};

/// See [`Code::HostTrustedServerForeign`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostTrustedServerForeign,
    example: include_str!("../../tests/cases/err/host_trusted_server_foreign/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if !homeserver::is_here(host) || !view::is_audited(host) {
        return;
    }
    let listed = homeserver::get(host, "trusted_servers").and_then(Value::as_array);
    let Some(listed) = listed else {
        let path = homeserver::path("trusted_servers");
        return report.push(Kind::HostTrustedServerForeign { path, server: "matrix.org".to_owned() });
    };
    let domain = view::text(host, "facts.domain").unwrap_or_default();
    let own = |server: &str| {
        server == domain || server.strip_suffix(domain).is_some_and(|head| head.ends_with('.'))
    };
    for server in listed.iter().filter_map(Value::as_str).filter(|server| !own(server)) {
        let path = homeserver::path("trusted_servers");
        report.push(Kind::HostTrustedServerForeign { path, server: server.to_owned() });
    }
}
