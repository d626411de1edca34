//! A backbone with one end.

use diag::{Code, Diagnostic, Kind, Report};
use settings::region::MediaMode;

use super::Rule;
use crate::Resolved;

/// See [`Code::BackboneAlone`].
pub(super) const RULE: Rule = Rule {
    code: Code::BackboneAlone,
    example: include_str!("../../tests/cases/err/backbone_alone/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let mut edges = fleet.edges_in(MediaMode::Backbone);
    let (Some((host, _)), None) = (edges.next(), edges.next()) else { return };
    let kind = Kind::BackboneAlone { host: host.name.to_string() };
    let place = fleet.places.value(&format!("region.{}.mode", host.host.region));
    report.push(Diagnostic::new(kind).at(place).on(host.name.as_str()));
}
