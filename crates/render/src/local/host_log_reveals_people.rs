//! Logs that tell who called whom.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::HostLogRevealsPeople`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostLogRevealsPeople,
    example: include_str!("../../tests/cases/err/host_log_reveals_people/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if let Some(level @ ("info" | "debug")) = view::text(host, PATH) {
        report.push(Kind::HostLogRevealsPeople { path: PATH.to_owned(), level: level.to_owned() });
    }
}

const PATH: &str = "services.livekit.logging.level";
