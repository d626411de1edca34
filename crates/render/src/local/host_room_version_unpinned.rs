//! Rooms whose creators stand above the lock.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver, view};

/// See [`Code::HostRoomVersionUnpinned`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostRoomVersionUnpinned,
    example: include_str!("../../tests/cases/err/host_room_version_unpinned/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if !view::is_audited(host) || !homeserver::is_here(host) {
        return;
    }
    let version = homeserver::get(host, "default_room_version").and_then(Value::as_str).unwrap_or("none");
    if !version.parse::<u8>().is_ok_and(|version| version <= LAST_THAT_BINDS) {
        let path = homeserver::path("default_room_version");
        report.push(Kind::HostRoomVersionUnpinned { path, version: version.to_owned() });
    }
}

/// From room version 12 on the creators of a room stand above its power levels (MSC4289).
const LAST_THAT_BINDS: u8 = 11;
