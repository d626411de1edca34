//! Promises that nobody has checked.

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::{
    Resolved,
    promises::{self, Verdict},
};

/// See [`Code::LatencyPromiseUnmeasured`].
pub(super) const RULE: Rule = Rule {
    code: Code::LatencyPromiseUnmeasured,
    example: include_str!("../../tests/cases/err/latency_promise_unmeasured/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for promise in promises::all(fleet).filter(|promise| matches!(promise.verdict, Verdict::NotMeasured)) {
        let kind = Kind::LatencyPromiseUnmeasured {
            region: promise.region.to_string(),
            promise: promise.promised.to_string(),
            from: promise.way.focus.region.to_string(),
            least: format!("{:.1}", promise.way.one_way),
        };
        report.push(Diagnostic::new(kind).at(promise.place(fleet)));
    }
}
