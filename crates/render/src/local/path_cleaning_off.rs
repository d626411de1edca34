//! Paths with detours in them.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::PathCleaningOff`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::PathCleaningOff,
    example: include_str!("../../tests/cases/err/path_cleaning_off/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    for (name, entry) in view::table(host, POINTS) {
        if view::at(entry, "http.sanitizePath") == Some(&Value::Bool(false)) {
            report.push(Kind::PathCleaningOff { path: format!("{POINTS}.{name}.http.sanitizePath") });
        }
    }
}

const POINTS: &str = "services.traefik.static.entryPoints";
