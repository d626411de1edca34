//! Hosts that are to be dialled by IPv6, and cannot.

use diag::{Code, Diagnostic, Kind, Report};
use settings::host::IpVersion;

use super::{Rule, blame};
use crate::{Party, Resolved, ResolvedHost};

/// See [`Code::TunnelEndpointUnreachable`].
pub(super) const RULE: Rule = Rule {
    code: Code::TunnelEndpointUnreachable,
    example: include_str!("../../tests/cases/err/tunnel_endpoint_unreachable/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for host in fleet.hosts.values().filter(|host| host.host.tunnel_endpoint == IpVersion::Ipv6) {
        let Some(why) = why(fleet, host) else { continue };
        let kind = Kind::TunnelEndpointUnreachable { host: host.name.to_string(), why };
        let place = fleet.place(host, "tunnel-endpoint");
        report.push(Diagnostic::new(kind).at(place).on(host.name.as_str()));
    }
}

/// What keeps peers from dialling the host.
fn why(fleet: &Resolved, host: &ResolvedHost) -> Option<String> {
    if host.host.address6.is_none() {
        return Some("it has no `address6`".to_owned());
    }
    let dialling = dialling(fleet, host);
    if dialling.is_empty() {
        return Some("nobody dials it at a public address".to_owned());
    }
    let mute: Vec<_> = dialling.into_iter().filter(|peer| peer.host.address6.is_none()).collect();
    let (dial, have) = if mute.len() == 1 { ("dials", "has") } else { ("dial", "have") };
    (!mute.is_empty()).then(|| format!("{}, which {dial} it, {have} none", blame::hosts(&mute)))
}

/// Who dials the host at a public address. Behind a site's own router the core dials, from an address nobody knows.
fn dialling<'f>(fleet: &'f Resolved, host: &ResolvedHost) -> Vec<&'f ResolvedHost> {
    let dials = fleet.flows.iter().filter(|flow| {
        let to = matches!(&flow.to, Party::Host(name) if *name == host.name);
        to && flow.dials_publicly()
    });
    dials
        .filter_map(|flow| match &flow.from {
            Party::Host(name) => fleet.hosts.get(name),
            Party::Internet => fleet.hosts.get(&fleet.core),
            Party::Admins => None,
        })
        .collect()
}
