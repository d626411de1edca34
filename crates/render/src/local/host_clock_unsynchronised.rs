//! A clock that nobody sets.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::HostClockUnsynchronised`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostClockUnsynchronised,
    example: include_str!("../../tests/cases/err/host_clock_unsynchronised/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if view::at(host, "services.timesyncd").is_some() && view::texts(host, PATH).is_empty() {
        report.push(Kind::HostClockUnsynchronised { path: PATH.to_owned() });
    }
}

const PATH: &str = "services.timesyncd.servers";
