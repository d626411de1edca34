//! Addresses that stand for a network.

use diag::{Code, Diagnostic, Kind, Report};

use super::{Rule, addresses};
use crate::Resolved;

/// See [`Code::AddressReserved`].
pub(super) const RULE: Rule = Rule {
    code: Code::AddressReserved,
    example: include_str!("../../tests/cases/err/address_reserved/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for host in fleet.hosts.values() {
        let public = addresses::public_network(host).map(|network| ("address", network));
        for (option, network) in host.host.lan.map(|lan| ("lan", lan)).into_iter().chain(public) {
            if addresses::is_reserved(network) {
                let kind = Kind::AddressReserved {
                    host: host.name.to_string(),
                    address: network.address().to_string(),
                    network: network.network().to_string(),
                };
                report.push(Diagnostic::new(kind).at(fleet.place(host, option)).on(host.name.as_str()));
            }
        }
    }
}
