//! Passwords that can be guessed.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::PasswordLoginAllowed`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::PasswordLoginAllowed,
    example: include_str!("../../tests/cases/err/password_login_allowed/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let get = |key: &str| view::at(host, &format!("{SETTINGS}.{key}"));
    if view::at(host, "services.sshd").is_none() {
        return;
    }
    for key in ["PasswordAuthentication", "KbdInteractiveAuthentication"] {
        if !get(key).is_some_and(is_no) {
            report.push(Kind::PasswordLoginAllowed { path: format!("{SETTINGS}.{key}") });
        }
    }
    if get("PermitEmptyPasswords").is_some_and(|value| !is_no(value)) {
        report.push(Kind::PasswordLoginAllowed { path: format!("{SETTINGS}.PermitEmptyPasswords") });
    }
    if get("PermitRootLogin").is_some_and(|value| value == "yes" || value == true) {
        report.push(Kind::PasswordLoginAllowed { path: format!("{SETTINGS}.PermitRootLogin") });
    }
}

const SETTINGS: &str = "services.sshd.settings";

fn is_no(value: &Value) -> bool {
    value == false || value == "no"
}
