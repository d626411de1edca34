//! A DMZ host that cannot answer the core.

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::Resolved;

/// See [`Code::SegmentRouteMissing`].
pub(super) const RULE: Rule = Rule {
    code: Code::SegmentRouteMissing,
    example: include_str!("../../tests/cases/err/segment_route_missing/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let Some(core_lan) = fleet.core().and_then(|(core, _)| core.host.lan) else { return };
    for (host, _) in fleet.dmzs().filter(|(host, _)| host.host.lan_router.is_none()) {
        let Some(lan) = host.host.lan.filter(|lan| lan.network() != core_lan.network()) else { continue };
        let kind = Kind::SegmentRouteMissing {
            host: host.name.to_string(),
            lan: lan.network().to_string(),
            core_lan: core_lan.network().to_string(),
        };
        report.push(Diagnostic::new(kind).at(fleet.place(host, "lan")).on(host.name.as_str()));
    }
}
