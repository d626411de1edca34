//! Media ports that the kernel gives away.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, spans};

/// See [`Code::RangeUnreserved`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::RangeUnreserved,
    example: include_str!("../../tests/cases/err/range_unreserved/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let reserved = spans::reserved(host);
    for (owner, range) in spans::of(host) {
        let kept = reserved.iter().any(|kept| kept.first <= range.first && range.last <= kept.last);
        if range.overlaps(&spans::EPHEMERAL) && !kept {
            report.push(Kind::RangeUnreserved { owner: owner.to_owned(), range: range.to_string() });
        }
    }
}
