//! SSH for everybody.

use std::net::IpAddr;

use diag::{Code, Kind, Report};
use values::Cidr;

use super::{Rule, blame::blame};
use crate::{Resolved, ResolvedHost};

/// See [`Code::AdminNetworkOpen`].
pub(super) const RULE: Rule = Rule {
    code: Code::AdminNetworkOpen,
    example: include_str!("../../tests/cases/err/admin_network_open/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let open = fleet.hosts.values().filter(|host| first_open(host).is_some());
    blame(fleet, report, "base.admin-networks", open, |host, hosts| Kind::AdminNetworkOpen {
        hosts,
        network: first_open(host).map(ToString::to_string).unwrap_or_default(),
    });
}

fn first_open(host: &ResolvedHost) -> Option<&Cidr> {
    host.base.admin_networks.iter().find(|network| is_open(network))
}

/// Larger than any one organisation has from a registry: a /8, or a /16 of IPv6.
fn is_open(network: &Cidr) -> bool {
    let largest = match network.address() {
        IpAddr::V4(_) => 8,
        IpAddr::V6(_) => 16,
    };
    network.prefix_len() < largest
}
