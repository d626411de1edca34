//! Names and keys that memory leaves on a disk.

use diag::{Code, Kind, Report};

use super::{Rule, blame::blame};
use crate::Resolved;

/// See [`Code::SwapOnEdge`].
pub(super) const RULE: Rule = Rule {
    code: Code::SwapOnEdge,
    example: include_str!("../../tests/cases/err/swap_on_edge/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let swapping = fleet.edges().map(|(host, _)| host).filter(|host| host.disk.swap_size.get() > 0);
    blame(fleet, report, "disk.swap-size", swapping, |host, hosts| Kind::SwapOnEdge {
        hosts,
        size: host.disk.swap_size.get(),
    });
}
