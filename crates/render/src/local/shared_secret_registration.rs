//! A secret that makes administrators.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver, view};

/// See [`Code::SharedSecretRegistration`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::SharedSecretRegistration,
    example: include_str!("../../tests/cases/err/shared_secret_registration/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if view::role(host) != "dmz" {
        return;
    }
    for key in ["registration_shared_secret", "registration_shared_secret_file"] {
        if homeserver::get(host, key).is_some() {
            report.push(Kind::SharedSecretRegistration { path: homeserver::path(key) });
        }
    }
}
