//! Hosts that cannot be found.

use diag::{Code, Diagnostic, Kind, Report};
use settings::host::RoleName;

use super::Rule;
use crate::Resolved;

/// See [`Code::AddressMissing`].
pub(super) const RULE: Rule = Rule {
    code: Code::AddressMissing,
    example: include_str!("../../tests/cases/err/address_missing/fleet.toml"),
    check,
};

/// Roles, key, and what it is for.
const NEEDS: &[(&[RoleName], &str, &str)] = &[
    (&[RoleName::Gateway], "address", "clients connect to it, and media of the core arrives there"),
    (&[RoleName::Edge], "address", "clients send their media to it"),
    (&[RoleName::Dmz], "address", "guests connect to it"),
    (&[RoleName::Gateway], "lan", "the core dials it there, and media of the core is passed on over it"),
    (&[RoleName::Core], "lan", "it meets the gateway there"),
    (&[RoleName::Dmz], "lan", "the core dials it in its segment"),
];

fn check(fleet: &Resolved, report: &mut Report) {
    for host in fleet.hosts.values() {
        let has = |key| if key == "lan" { host.host.lan.is_some() } else { host.host.address.is_some() };
        for (_, key, why) in
            NEEDS.iter().filter(|(roles, key, _)| roles.contains(&host.host.role) && !has(*key))
        {
            let kind = Kind::AddressMissing {
                host: host.name.to_string(),
                role: host.host.role.to_string(),
                key: (*key).to_owned(),
                why: (*why).to_owned(),
            };
            report.push(Diagnostic::new(kind).at(fleet.place(host, key)).on(host.name.as_str()));
        }
    }
}
