//! Rooms that nobody can read later.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver, view};

/// See [`Code::HostEncryptionAllowed`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostEncryptionAllowed,
    example: include_str!("../../tests/cases/err/host_encryption_allowed/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if view::is_audited(host) && homeserver::is_on(host, "allow_encryption", true) {
        report.push(Kind::HostEncryptionAllowed { path: homeserver::path("allow_encryption") });
    }
}
