//! A disk that anybody can read.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::HostDiskUnencrypted`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostDiskUnencrypted,
    example: include_str!("../../tests/cases/err/host_disk_unencrypted/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if view::text(host, PATH) == Some("none") {
        report.push(Kind::HostDiskUnencrypted { path: PATH.to_owned() });
    }
}

const PATH: &str = "options.disk.encryption";
