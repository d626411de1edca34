//! Originals that are destroyed after a while.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver, view};

/// See [`Code::HostPurgeEnabled`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostPurgeEnabled,
    example: include_str!("../../tests/cases/err/host_purge_enabled/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if !view::is_audited(host) || !homeserver::is_here(host) {
        return;
    }
    let seconds =
        homeserver::get(host, "redaction_retention_seconds").map_or(Some(SIXTY_DAYS), Value::as_i64);
    if seconds != Some(0) {
        let path = homeserver::path("redaction_retention_seconds");
        report.push(Kind::HostPurgeEnabled { path, seconds: seconds.unwrap_or_default() });
    }
}

/// What the daemon does without the key (tuwunel: src/core/config).
const SIXTY_DAYS: i64 = 5_184_000;
