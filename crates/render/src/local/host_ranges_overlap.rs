//! Media ports that two programs pick from.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, spans};

/// See [`Code::HostRangesOverlap`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostRangesOverlap,
    example: include_str!("../../tests/cases/err/host_ranges_overlap/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let spans = spans::of(host);
    for (index, (second, range)) in spans.iter().enumerate() {
        for (first, other) in spans.iter().take(index).filter(|(_, other)| other.overlaps(range)) {
            report.push(Kind::HostRangesOverlap {
                first: (*first).to_owned(),
                first_range: other.to_string(),
                second: (*second).to_owned(),
                second_range: range.to_string(),
            });
        }
    }
}
