//! Traces of people on an edge.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::JournalPersistent`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::JournalPersistent,
    example: include_str!("../../tests/cases/err/journal_persistent/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let storage = view::text(host, PATH).unwrap_or("persistent");
    if view::role(host) == "edge" && !matches!(storage, "volatile" | "none") {
        report.push(Kind::JournalPersistent { path: PATH.to_owned(), storage: storage.to_owned() });
    }
}

const PATH: &str = "services.journald.Storage";
