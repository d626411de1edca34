//! Two hosts with one address.

use std::collections::HashMap;

use diag::{Code, Diagnostic, Kind, Report};

use super::{Rule, addresses};
use crate::Resolved;

/// See [`Code::AddressDuplicated`].
pub(super) const RULE: Rule = Rule {
    code: Code::AddressDuplicated,
    example: include_str!("../../tests/cases/err/address_duplicated/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let mut holders = HashMap::new();
    for host in fleet.hosts.values() {
        for (option, address) in addresses::all(host) {
            // Sites number their LANs as they like; within a region an address is one machine's.
            let site = (option == "lan").then_some(&host.host.region);
            let Some((first, first_option)) = holders.insert((site, address), (host, option)) else {
                continue;
            };
            let kind = Kind::AddressDuplicated {
                address: address.to_string(),
                first: first.name.to_string(),
                second: host.name.to_string(),
            };
            let complaint = Diagnostic::new(kind).at(fleet.place(host, option)).on(host.name.as_str());
            report.push(complaint.also(fleet.place(first, first_option), "given here first"));
        }
    }
}
