//! Relays of one name on several ports.

use diag::{Code, Diagnostic, Kind, Report};
use settings::region::MediaMode;

use super::Rule;
use crate::Resolved;

/// See [`Code::RelayPortDiffers`].
pub(super) const RULE: Rule = Rule {
    code: Code::RelayPortDiffers,
    example: include_str!("../../tests/cases/err/relay_port_differs/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let mut edges = fleet.edges_in(MediaMode::Backbone);
    let Some((first, expected)) = edges.next() else { return };
    for (host, edge) in edges.filter(|(_, edge)| edge.turn.port != expected.turn.port) {
        let kind = Kind::RelayPortDiffers {
            host: host.name.to_string(),
            port: edge.turn.port.0,
            first: first.name.to_string(),
            expected: expected.turn.port.0,
        };
        // Point at the one that the manifest moves.
        let moved = [host, first].into_iter().find(|host| fleet.places.has(&host.paths(PORT)[0]));
        let place = fleet.place(moved.unwrap_or(host), PORT);
        report.push(Diagnostic::new(kind).at(place).on(host.name.as_str()));
    }
}

const PORT: &str = "edge.turn.port";
