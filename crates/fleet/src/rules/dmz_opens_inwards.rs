//! Connections from a DMZ host to the inside.

use super::{
    Rule,
    addresses::{self, Inside},
};
use crate::{Flow, Net, Party, Resolved, ResolvedHost, Role};
use diag::{Code, Diagnostic, Kind, Report};
use settings::tenant::TenantLink;

/// See [`Code::DmzOpensInwards`].
pub(super) const RULE: Rule = Rule {
    code: Code::DmzOpensInwards,
    example: include_str!("../../tests/cases/err/dmz_opens_inwards/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for flow in fleet.flows.iter().filter(|flow| !is_closed_federation(fleet, flow)) {
        let Party::Host(target) = &flow.to else { continue };
        if let Some(host) = dmz_of(fleet, &flow.from) {
            complain(fleet, report, host, "role", format!("`{target}`"), flow.why);
        }
    }
    let inside = Inside::of(fleet);
    for (host, _) in fleet.dmzs() {
        for (option, address, why) in asked(host) {
            if let Some(target) = address.parse().ok().and_then(|address| inside.find(host, address)) {
                complain(fleet, report, host, option, target, why);
            }
        }
    }
}

/// The services that a DMZ host asks, as written.
fn asked(host: &ResolvedHost) -> Vec<(&'static str, String, &'static str)> {
    let names =
        host.base.name_servers.iter().map(|server| ("base.name-servers", server.to_string(), "names"));
    let time = host.base.time_servers.iter().map(|server| ("base.time-servers", server.to_string(), "time"));
    let url = |option, url, why| (option, addresses::url_host(url).to_owned(), why);
    let tang = host.disk.tang_url.iter().map(|tang| url("disk.tang-url", tang, "unlocking disks"));
    let acme = [url("tls.acme-directory", &host.tls.acme_directory, "certificates")];
    names.chain(time).chain(tang).chain(acme).collect()
}

fn dmz_of<'f>(fleet: &'f Resolved, party: &Party) -> Option<&'f ResolvedHost> {
    let Party::Host(name) = party else { return None };
    fleet.hosts.get(name).filter(|host| matches!(host.role, Role::Dmz(_)))
}

/// The one exception, which is warned of.
fn is_closed_federation(fleet: &Resolved, flow: &Flow) -> bool {
    let linked = dmz_of(fleet, &flow.from).and_then(|host| fleet.tenants.get(host.host.tenant.as_ref()?));
    linked.is_some_and(|tenant| tenant.link == TenantLink::ClosedFederation)
        && flow.to == Party::Host(fleet.gateway.clone())
        && flow.net == Net::Tunnel
        && flow.ports.to_string() == "443"
}

fn complain(
    fleet: &Resolved,
    report: &mut Report,
    host: &ResolvedHost,
    option: &str,
    target: String,
    why: &str,
) {
    let kind = Kind::DmzOpensInwards { host: host.name.to_string(), target, why: why.to_owned() };
    report.push(Diagnostic::new(kind).at(fleet.place(host, option)).on(host.name.as_str()));
}
