//! A boot loader that the firmware cannot start.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::HostFirmwareMismatch`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostFirmwareMismatch,
    example: include_str!("../../tests/cases/err/host_firmware_mismatch/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let get = |key: &str| view::text(host, &format!("options.platform.{key}"));
    if get("firmware") == Some("bios") && get("bootLoader") == Some("systemd-boot") {
        report.push(Kind::HostFirmwareMismatch { path: "options.platform.bootLoader".to_owned() });
    }
}
