//! Registration that opens when the last token is spent.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver};

/// See [`Code::RegistrationUnguarded`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::RegistrationUnguarded,
    example: include_str!("../../tests/cases/err/registration_unguarded/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if !homeserver::is_on(host, "allow_registration", false) {
        return;
    }
    let file = homeserver::get(host, "registration_token_file").and_then(Value::as_str).unwrap_or_default();
    if file.is_empty() {
        report.push(Kind::RegistrationUnguarded { path: homeserver::path("registration_token_file") });
    }
}
