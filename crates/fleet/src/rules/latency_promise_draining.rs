//! Promises that nobody keeps while an edge leaves.

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::{
    Resolved,
    promises::{self, Verdict},
};

/// See [`Code::LatencyPromiseDraining`].
pub(super) const RULE: Rule = Rule {
    code: Code::LatencyPromiseDraining,
    example: include_str!("../../tests/cases/err/latency_promise_draining/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for promise in promises::all(fleet) {
        let Verdict::Draining(focus) = promise.verdict else { continue };
        let kind = Kind::LatencyPromiseDraining {
            region: promise.region.to_string(),
            promise: promise.promised.to_string(),
            draining: focus.name.to_string(),
            from: promise.way.focus.name.to_string(),
            needed: format!("{:.1}", promise.way.one_way),
        };
        report.push(Diagnostic::new(kind).at(promise.place(fleet)));
    }
}
