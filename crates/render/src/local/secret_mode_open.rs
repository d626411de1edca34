//! Secrets that others can read.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::SecretModeOpen`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::SecretModeOpen,
    example: include_str!("../../tests/cases/err/secret_mode_open/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    for (name, secret) in view::table(host, "secrets") {
        let mode = view::text(secret, "mode").unwrap_or_default();
        if u32::from_str_radix(mode, 8).is_ok_and(|mode| mode & 0o037 != 0) {
            let path = format!("secrets.{name}.mode");
            report.push(Kind::SecretModeOpen { path, mode: mode.to_owned() });
        }
    }
}
