//! Routers that a host cannot reach.

use std::net::IpAddr;

use diag::{Code, Diagnostic, Kind, Report};
use values::Cidr;

use super::{Rule, addresses};
use crate::Resolved;

/// See [`Code::RouterUnreachable`].
pub(super) const RULE: Rule = Rule {
    code: Code::RouterUnreachable,
    example: include_str!("../../tests/cases/err/router_unreachable/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for host in fleet.hosts.values() {
        let Some(router) = host.host.router.map(IpAddr::from) else { continue };
        let networks: Vec<Cidr> = addresses::public_network(host).into_iter().chain(host.host.lan).collect();
        // With a prefix of one address the provider's router is on the link by convention.
        let on_link = networks.iter().any(|network| network.prefix_len() == 32);
        let inside = networks.iter().any(|network| network.contains(router) && network.address() != router);
        if !on_link && !inside {
            let networks: Vec<_> = networks.iter().map(ToString::to_string).collect();
            let kind = Kind::RouterUnreachable {
                host: host.name.to_string(),
                router: router.to_string(),
                networks: if networks.is_empty() { "none".to_owned() } else { networks.join(" and ") },
            };
            report.push(Diagnostic::new(kind).at(fleet.place(host, "router")).on(host.name.as_str()));
        }
    }
}
