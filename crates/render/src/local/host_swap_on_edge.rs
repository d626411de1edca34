//! Memory written to the disk of an edge.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::HostSwapOnEdge`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostSwapOnEdge,
    example: include_str!("../../tests/cases/err/host_swap_on_edge/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if view::role(host) == "edge" && view::number(host, PATH).is_some_and(|gibibytes| gibibytes > 0) {
        report.push(Kind::HostSwapOnEdge { path: PATH.to_owned() });
    }
}

const PATH: &str = "options.disk.swapSize";
