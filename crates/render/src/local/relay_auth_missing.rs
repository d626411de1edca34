//! A relay for everybody.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::RelayAuthMissing`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::RelayAuthMissing,
    example: include_str!("../../tests/cases/err/relay_auth_missing/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let Some(coturn) = view::at(host, "services.coturn") else { return };
    let mut complain =
        |path: &str| report.push(Kind::RelayAuthMissing { path: format!("services.coturn.{path}") });
    if !view::is_on(coturn, "settings.use-auth-secret") {
        complain("settings.use-auth-secret");
    }
    if view::is_on(coturn, "settings.no-auth") {
        complain("settings.no-auth");
    }
    if view::texts(coturn, "secrets").is_empty() {
        complain("secrets");
    }
}
