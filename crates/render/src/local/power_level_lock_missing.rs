//! Rooms without the lock on encryption and redaction.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver, view};

/// See [`Code::PowerLevelLockMissing`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::PowerLevelLockMissing,
    example: include_str!("../../tests/cases/err/power_level_lock_missing/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if !view::is_audited(host) || !homeserver::is_here(host) {
        return;
    }
    let lock = homeserver::get(host, LOCK);
    for event in ["m.room.encryption", "m.room.redaction"] {
        let level = lock.and_then(|lock| lock.get("events")?.get(event)?.as_i64());
        if level.is_none_or(|level| level <= HIGHEST) {
            let path = format!("{}.events.\"{event}\"", homeserver::path(LOCK));
            report.push(Kind::PowerLevelLockMissing { path });
        }
    }
    if lock.and_then(|lock| lock.get("redact")?.as_i64()).is_none_or(|level| level <= HIGHEST) {
        let path = format!("{}.redact", homeserver::path(LOCK));
        report.push(Kind::PowerLevelLockMissing { path });
    }
}

const LOCK: &str = "default_power_level_content_override";

/// The level that whoever makes a room has in it.
const HIGHEST: i64 = 100;
