//! Token services that believe any certificate.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::TokenServiceUnverified`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::TokenServiceUnverified,
    example: include_str!("../../tests/cases/err/token_service_unverified/case/host.json"),
    checks: &[Check::File(check)],
};

/// The switch (lk-jwt-service: `main.go`). Refused whatever it is set to: which value counts is the service's business.
const SWITCH: &str = "LIVEKIT_INSECURE_SKIP_VERIFY_TLS";

fn check(host: &Value, report: &mut Report) {
    for table in ["services", "units"] {
        for (unit, settings) in view::table(host, table).filter(|(unit, _)| unit.starts_with("rampart-jwt@"))
        {
            if view::at(settings, &format!("environment.{SWITCH}")).is_some() {
                report.push(Kind::TokenServiceUnverified {
                    path: format!("{table}.{unit}.environment.{SWITCH}"),
                });
            }
        }
    }
}
