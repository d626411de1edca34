//! Promises that a link, or light, cannot keep.

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::{
    Resolved,
    promises::{self, Verdict},
};

/// See [`Code::LatencyPromiseBroken`].
pub(super) const RULE: Rule = Rule {
    code: Code::LatencyPromiseBroken,
    example: include_str!("../../tests/cases/err/latency_promise_broken/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for promise in promises::all(fleet).filter(|promise| matches!(promise.verdict, Verdict::NotKept)) {
        let kind = Kind::LatencyPromiseBroken {
            region: promise.region.to_string(),
            promise: promise.promised.to_string(),
            from: promise.way.focus.region.to_string(),
            needed: format!("{:.1}", promise.way.one_way),
            how: if promise.way.measured { "half the measured round trip" } else { "by light alone" }
                .to_owned(),
        };
        report.push(Diagnostic::new(kind).at(promise.place(fleet)));
    }
}
