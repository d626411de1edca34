//! A disk that nobody can unlock.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::HostUnlockImpossible`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostUnlockImpossible,
    example: include_str!("../../tests/cases/err/host_unlock_impossible/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if view::text(host, "options.disk.encryption") == Some("none") {
        return;
    }
    let keys = ["options.disk.unlockKeys", "options.base.sshKeys"];
    let detail = match view::text(host, PATH) {
        Some("ssh") if keys.iter().all(|path| view::texts(host, path).is_empty()) => {
            "no SSH key may unlock it: `disk.unlockKeys` and `base.sshKeys` are empty"
        }
        Some("tang") if view::at(host, "options.disk.tangUrl").is_none() => "`disk.tangUrl` is not set",
        _ => return,
    };
    report.push(Kind::HostUnlockImpossible { path: PATH.to_owned(), detail: detail.to_owned() });
}

const PATH: &str = "options.disk.unlock";
