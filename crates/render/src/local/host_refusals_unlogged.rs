//! Refusals that leave no trace.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::HostRefusalsUnlogged`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostRefusalsUnlogged,
    example: include_str!("../../tests/cases/err/host_refusals_unlogged/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    for path in PATHS.into_iter().filter(|_| view::is_audited(host)) {
        if let Some(level @ ("error" | "warn")) = view::text(host, path) {
            report.push(Kind::HostRefusalsUnlogged { path: path.to_owned(), level: level.to_owned() });
        }
    }
}

/// Who refuses.
const PATHS: [&str; 2] = ["services.rampart-guard.logLevel", "services.rampart-answer.logLevel"];
