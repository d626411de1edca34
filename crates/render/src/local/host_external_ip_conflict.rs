//! An address that is asked of others.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::HostExternalIpConflict`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostExternalIpConflict,
    example: include_str!("../../tests/cases/err/host_external_ip_conflict/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if view::is_on(host, PATH) && view::at(host, "services.livekit.rtc.node_ip").is_some() {
        report.push(Kind::HostExternalIpConflict { path: PATH.to_owned() });
    }
}

const PATH: &str = "services.livekit.rtc.use_external_ip";
