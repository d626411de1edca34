//! Promises that nobody has checked.

use diag::{Code, Diagnostic, Kind, Report};

use super::{Rule, promises};
use crate::Resolved;

/// See [`Code::LatencyPromiseUnmeasured`].
pub(super) const RULE: Rule = Rule {
    code: Code::LatencyPromiseUnmeasured,
    example: include_str!("../../tests/cases/err/latency_promise_unmeasured/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for promise in promises::all(fleet).filter(|promise| !promise.is_broken() && !promise.measured) {
        let kind = Kind::LatencyPromiseUnmeasured {
            region: promise.region.to_string(),
            promise: promise.promised.to_string(),
            from: promise.from.to_string(),
            least: format!("{:.1}", promise.one_way),
        };
        report.push(Diagnostic::new(kind).at(promise.place(fleet)));
    }
}
