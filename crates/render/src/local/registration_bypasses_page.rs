//! Guests who register without the enrolment page.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::RegistrationBypassesPage`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::RegistrationBypassesPage,
    example: include_str!("../../tests/cases/err/registration_bypasses_page/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let registration = view::text(host, REGISTRATION);
    if view::role(host) == "dmz"
        && registration.is_some_and(|registration| registration != "enrol-socket-only")
    {
        report.push(Kind::RegistrationBypassesPage { path: REGISTRATION.to_owned() });
    }
}

const REGISTRATION: &str = "services.rampart-guard.registration";
