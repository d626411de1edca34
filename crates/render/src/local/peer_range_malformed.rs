//! Ranges that deny nothing.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{
    Check, LocalRule,
    relay::{self, Range},
    view,
};

/// See [`Code::PeerRangeMalformed`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::PeerRangeMalformed,
    example: include_str!("../../tests/cases/err/peer_range_malformed/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    for list in relay::LISTS {
        let path = format!("{}.{list}", relay::SETTINGS);
        for range in view::texts(host, &path).into_iter().filter(|range| Range::read(range).is_none()) {
            report.push(Kind::PeerRangeMalformed { path: path.clone(), range: range.to_owned() });
        }
    }
}
