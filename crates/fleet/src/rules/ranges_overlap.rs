//! Port ranges that two programs share.

use diag::{Code, Kind, Report};

use super::{Rule, listeners};
use crate::Resolved;

/// See [`Code::RangesOverlap`].
pub(super) const RULE: Rule = Rule {
    code: Code::RangesOverlap,
    example: include_str!("../../tests/cases/err/ranges_overlap/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    listeners::report_clashes(fleet, report, |hosts, first, second| {
        let ranges = !(first.is_single() && second.is_single());
        ranges.then(|| Kind::RangesOverlap {
            hosts,
            protocol: second.protocol.as_str().to_owned(),
            first: first.named(),
            first_range: first.ports.to_string(),
            second: second.named(),
            second_range: second.ports.to_string(),
        })
    });
}
