//! Media that would go round the backbone.

use diag::{Code, Diagnostic, Kind, Report};
use settings::region::MediaMode;

use super::Rule;
use crate::Resolved;

/// See [`Code::BackboneMediaOutside`].
pub(super) const RULE: Rule = Rule {
    code: Code::BackboneMediaOutside,
    example: include_str!("../../tests/cases/err/backbone_media_outside/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for (host, edge) in fleet.edges_in(MediaMode::Backbone) {
        if edge.media_address != host.host.tunnel_address {
            let kind = Kind::BackboneMediaOutside {
                host: host.name.to_string(),
                address: edge.media_address.to_string(),
                tunnel: host.host.tunnel_address.to_string(),
            };
            report.push(
                Diagnostic::new(kind).at(fleet.place(host, "edge.media-address")).on(host.name.as_str()),
            );
        }
    }
}
