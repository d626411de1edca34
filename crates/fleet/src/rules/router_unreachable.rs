//! Routers that a host cannot reach.

use std::net::{IpAddr, Ipv4Addr};

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
        // The default route leaves by the public interface where there is one.
        let by_default = addresses::public_network(host).or(host.host.lan);
        for (option, router, network) in
            [("router", host.host.router, by_default), ("lan-router", host.host.lan_router, host.host.lan)]
        {
            let Some(router) = router.filter(|router| !is_reached(*router, network)) else { continue };
            let kind = Kind::RouterUnreachable {
                host: host.name.to_string(),
                router: router.to_string(),
                network: network.map_or("none".to_owned(), |network| network.to_string()),
            };
            report.push(Diagnostic::new(kind).at(fleet.place(host, option)).on(host.name.as_str()));
        }
    }
}

/// With a prefix of one address the provider's router is on the link by convention.
fn is_reached(router: Ipv4Addr, network: Option<Cidr>) -> bool {
    let router = IpAddr::from(router);
    network.is_some_and(|own| own.prefix_len() == 32 || (own.contains(router) && own.address() != router))
}
