//! Rooms made by whoever asks.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::HostAutoCreate`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostAutoCreate,
    example: include_str!("../../tests/cases/err/host_auto_create/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if view::at(host, "services.livekit").is_some() && view::at(host, PATH) != Some(&Value::Bool(false)) {
        report.push(Kind::HostAutoCreate { path: PATH.to_owned() });
    }
}

const PATH: &str = "services.livekit.room.auto_create";
