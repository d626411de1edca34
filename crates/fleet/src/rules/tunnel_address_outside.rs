//! Hosts beside the tunnel.

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::Resolved;

/// See [`Code::TunnelAddressOutside`].
pub(super) const RULE: Rule = Rule {
    code: Code::TunnelAddressOutside,
    example: include_str!("../../tests/cases/err/tunnel_address_outside/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let network = fleet.fleet.tunnel_network.network();
    for host in fleet.hosts.values().filter(|host| !network.contains(host.host.tunnel_address.into())) {
        let kind = Kind::TunnelAddressOutside {
            host: host.name.to_string(),
            address: host.host.tunnel_address.to_string(),
            network: network.to_string(),
        };
        report.push(Diagnostic::new(kind).at(fleet.place(host, "tunnel-address")).on(host.name.as_str()));
    }
}
