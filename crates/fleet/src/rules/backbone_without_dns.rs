//! A name that only a geographic name server can answer.

use diag::{Code, Diagnostic, Kind, Report};
use settings::{fleet::RelayDns, region::MediaMode};

use super::{Rule, blame::names};
use crate::Resolved;

/// See [`Code::BackboneWithoutDns`].
pub(super) const RULE: Rule = Rule {
    code: Code::BackboneWithoutDns,
    example: include_str!("../../tests/cases/err/backbone_without_dns/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    if fleet.fleet.relay_dns == RelayDns::Geo {
        return;
    }
    let regions: Vec<_> =
        fleet.regions.iter().filter(|(_, region)| region.mode == MediaMode::Backbone).collect();
    let Some((first, _)) = regions.first() else { return };
    let kind = Kind::BackboneWithoutDns {
        name: format!("relay.{}", fleet.fleet.domain),
        regions: names(regions.iter().map(|(name, _)| name.as_str()), "regions"),
    };
    report.push(Diagnostic::new(kind).at(fleet.places.value(&format!("region.{first}.mode"))));
}
