//! An administrator by accident.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver};

/// See [`Code::HostFirstUserAdmin`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostFirstUserAdmin,
    example: include_str!("../../tests/cases/err/host_first_user_admin/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if homeserver::is_on(host, "grant_admin_to_first_user", true) {
        report.push(Kind::HostFirstUserAdmin { path: homeserver::path("grant_admin_to_first_user") });
    }
}
