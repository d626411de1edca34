//! Servers of strangers in the federation.

use diag::{Code, Diagnostic, Kind, Report};
use settings::homeserver::Homeserver;
use values::Domain;

use super::{Rule, homeservers};
use crate::{Resolved, ResolvedHost, Role};

/// See [`Code::FederationOpen`].
pub(super) const RULE: Rule = Rule {
    code: Code::FederationOpen,
    example: include_str!("../../tests/cases/err/federation_open/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let servers = fleet.hosts.values().filter_map(|host| Some((host, homeservers::of(host)?)));
    for (host, server) in servers {
        let is_dmz = matches!(host.role, Role::Dmz(_));
        if !is_dmz && !host.audit.enable {
            continue;
        }
        for stranger in strangers(fleet, host, server) {
            let why = match (is_dmz, *stranger == fleet.fleet.domain) {
                (true, true) => "its tenant has no closed federation",
                (true, false) => "a DMZ server federates with the fleet's own server at most",
                (false, _) => "what leaves an audited fleet leaves the audit",
            };
            let kind = Kind::FederationOpen {
                host: host.name.to_string(),
                server: stranger.to_string(),
                why: why.to_owned(),
            };
            let place = fleet.place(host, &format!("{}.homeserver.federate-with", host.host.role));
            report.push(Diagnostic::new(kind).at(place).on(host.name.as_str()));
        }
    }
}

/// Servers in the list that are not at the other end of a closed federation.
fn strangers<'f>(
    fleet: &Resolved,
    host: &ResolvedHost,
    server: &'f Homeserver,
) -> impl Iterator<Item = &'f Domain> {
    let partners: Vec<Domain> = match &host.role {
        Role::Dmz(dmz) => fleet.is_linked(dmz).then(|| fleet.fleet.domain.clone()).into_iter().collect(),
        _ => fleet
            .tenants
            .values()
            .filter(|tenant| tenant.is_linked())
            .map(|tenant| tenant.domain.clone())
            .collect(),
    };
    server.federate_with.iter().filter(move |domain| !partners.contains(domain))
}
