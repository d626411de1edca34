//! Servers whose users may create rooms.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::TokenServiceOpen`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::TokenServiceOpen,
    example: include_str!("../../tests/cases/err/token_service_open/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    for (unit, service) in view::table(host, "services").filter(|(unit, _)| unit.starts_with("rampart-jwt@"))
    {
        let servers = view::text(service, "environment.LIVEKIT_FULL_ACCESS_HOMESERVERS").unwrap_or("*");
        if servers.split(',').any(|server| server.trim() == "*") {
            let path = format!("services.{unit}.environment.LIVEKIT_FULL_ACCESS_HOMESERVERS");
            report.push(Kind::TokenServiceOpen { path });
        }
    }
}
