//! An admin room that other servers can enter.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver};

/// See [`Code::AdminRoomFederated`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::AdminRoomFederated,
    example: include_str!("../../tests/cases/err/admin_room_federated/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if homeserver::is_on(host, "federate_admin_room", true) {
        report.push(Kind::AdminRoomFederated { path: homeserver::path("federate_admin_room") });
    }
}
