//! Administration from any room.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver};

/// See [`Code::AdminEscapeEnabled`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::AdminEscapeEnabled,
    example: include_str!("../../tests/cases/err/admin_escape_enabled/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if homeserver::is_on(host, "admin_escape_commands", true) {
        report.push(Kind::AdminEscapeEnabled { path: homeserver::path("admin_escape_commands") });
    }
}
