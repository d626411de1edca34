//! Accounts without a name.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver};

/// See [`Code::GuestRegistrationAllowed`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::GuestRegistrationAllowed,
    example: include_str!("../../tests/cases/err/guest_registration_allowed/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if homeserver::is_on(host, "allow_guest_registration", false) {
        report.push(Kind::GuestRegistrationAllowed { path: homeserver::path("allow_guest_registration") });
    }
}
