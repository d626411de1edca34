//! A region with people and no media server of its own.

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::Resolved;

/// See [`Code::RegionWithoutEdge`].
pub(super) const RULE: Rule = Rule {
    code: Code::RegionWithoutEdge,
    example: include_str!("../../tests/cases/err/region_without_edge/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for name in fleet.regions.keys() {
        let served = fleet.foci.iter().any(|focus| focus.region == *name);
        if !served {
            let kind = Kind::RegionWithoutEdge { region: name.to_string() };
            report.push(Diagnostic::new(kind).at(fleet.places.key(&format!("region.{name}"))));
        }
    }
}
