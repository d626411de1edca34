//! Token services that anybody can reach without Traefik.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::TokenServiceBindPublic`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::TokenServiceBindPublic,
    example: include_str!("../../tests/cases/err/token_service_bind_public/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    for (unit, service) in view::table(host, "services").filter(|(unit, _)| unit.starts_with("rampart-jwt@"))
    {
        let bind = view::text(service, "environment.LIVEKIT_JWT_BIND").unwrap_or(":8080");
        if !view::is_inside(host, view::without_port(bind)) {
            let path = format!("services.{unit}.environment.LIVEKIT_JWT_BIND");
            report.push(Kind::TokenServiceBindPublic { path, bind: bind.to_owned() });
        }
    }
}
