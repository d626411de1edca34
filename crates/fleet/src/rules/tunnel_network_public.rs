//! A tunnel that hides a part of the internet.

use diag::{Code, Diagnostic, Kind, Report};

use super::{Rule, addresses};
use crate::Resolved;

/// See [`Code::TunnelNetworkPublic`].
pub(super) const RULE: Rule = Rule {
    code: Code::TunnelNetworkPublic,
    example: include_str!("../../tests/cases/err/tunnel_network_public/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let network = fleet.fleet.tunnel_network.network();
    if !addresses::is_site_network(network) {
        let kind = Kind::TunnelNetworkPublic { network: network.to_string() };
        report.push(Diagnostic::new(kind).at(fleet.places.value("fleet.tunnel-network")));
    }
}
