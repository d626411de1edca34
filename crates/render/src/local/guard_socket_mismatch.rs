//! A guard that knocks at another door.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver, view};

/// See [`Code::GuardSocketMismatch`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::GuardSocketMismatch,
    example: include_str!("../../tests/cases/err/guard_socket_mismatch/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let (Some(own), Some(upstream)) = (
        homeserver::get(host, "unix_socket_path").and_then(Value::as_str),
        view::text(host, "services.rampart-guard.upstreamSocket"),
    ) else {
        return;
    };
    if own != upstream {
        let path = "services.rampart-guard.upstreamSocket".to_owned();
        report.push(Kind::GuardSocketMismatch {
            path,
            upstream: upstream.to_owned(),
            socket: own.to_owned(),
        });
    }
}
