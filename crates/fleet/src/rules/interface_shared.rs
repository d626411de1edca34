//! Networks that a filter cannot tell apart.

use diag::{Code, Kind, Report};
use values::InterfaceName;

use super::{Rule, blame::blame};
use crate::{Resolved, ResolvedHost};

/// See [`Code::InterfaceShared`].
pub(super) const RULE: Rule = Rule {
    code: Code::InterfaceShared,
    example: include_str!("../../tests/cases/err/interface_shared/fleet.toml"),
    check,
};

/// The option to change, the interface, and the two networks on it.
type Pair<'f> = (&'static str, &'f InterfaceName, &'static str, &'static str);

fn check(fleet: &Resolved, report: &mut Report) {
    for option in ["interface", "lan-interface", "mesh.interface"] {
        let shared =
            fleet.hosts.values().filter(|host| pair(fleet, host).is_some_and(|(at, ..)| at == option));
        blame(fleet, report, option, shared, |host, hosts| {
            let (_, interface, first, second) =
                pair(fleet, host).unwrap_or((option, &host.host.interface, "one network", "another"));
            Kind::InterfaceShared {
                hosts,
                interface: interface.to_string(),
                first: first.to_owned(),
                second: second.to_owned(),
            }
        });
    }
}

fn pair<'f>(fleet: &Resolved, host: &'f ResolvedHost) -> Option<Pair<'f>> {
    let machine = &host.host;
    let public = machine.address.is_some() || machine.address6.is_some();
    let lan = machine.lan.is_some();
    if public && lan && machine.interface == machine.lan_interface {
        let set = |option: &&str| fleet.places.has(&host.paths(option)[0]);
        let option = ["lan-interface", "interface"].into_iter().find(set).unwrap_or("lan-interface");
        Some((option, &machine.interface, "the public address", "the LAN"))
    } else if public && machine.interface == host.mesh.interface {
        Some(("mesh.interface", &machine.interface, "the public address", "the tunnel"))
    } else if lan && machine.lan_interface == host.mesh.interface {
        Some(("mesh.interface", &machine.lan_interface, "the LAN", "the tunnel"))
    } else {
        None
    }
}
