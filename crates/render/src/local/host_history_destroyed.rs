//! Switches that take history away.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver, view};

/// See [`Code::HostHistoryDestroyed`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostHistoryDestroyed,
    example: include_str!("../../tests/cases/err/host_history_destroyed/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if !view::is_audited(host) {
        return;
    }
    for key in DESTROYERS.into_iter().filter(|key| homeserver::is_on(host, key, false)) {
        report.push(Kind::HostHistoryDestroyed { path: homeserver::path(key) });
    }
}

const DESTROYERS: [&str; 3] = ["delete_rooms_after_leave", "forget_forced_upon_leave", "prune_missing_media"];
