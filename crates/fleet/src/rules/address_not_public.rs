//! Public addresses that the internet does not know.

use std::net::IpAddr;

use diag::{Code, Diagnostic, Kind, Report};
use settings::region::MediaMode;

use super::{Rule, addresses};
use crate::{Resolved, ResolvedHost, Role};

/// See [`Code::AddressNotPublic`].
pub(super) const RULE: Rule = Rule {
    code: Code::AddressNotPublic,
    example: include_str!("../../tests/cases/err/address_not_public/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for host in fleet.hosts.values() {
        let wanted = addresses::public(host).chain(media(host));
        for (key, address, range) in wanted.filter_map(|(key, address)| Some((key, address, range(address)?)))
        {
            let kind = Kind::AddressNotPublic {
                host: host.name.to_string(),
                key: key.to_owned(),
                address: address.to_string(),
                range: range.to_owned(),
            };
            report.push(Diagnostic::new(kind).at(fleet.place(host, key)).on(host.name.as_str()));
        }
    }
}

/// The address that clients send media to, where it is not one of the host's own or the gateway's.
fn media(host: &ResolvedHost) -> Option<(&'static str, IpAddr)> {
    match &host.role {
        Role::Edge(edge)
            if edge.mode != MediaMode::Backbone && host.host.address != Some(edge.media_address) =>
        {
            Some(("edge.media-address", edge.media_address.into()))
        }
        _ => None,
    }
}

/// What the address is, when it is none of the internet's. Ranges for documentation count as public: examples use
/// them.
fn range(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) if v4.is_private() => Some("private (RFC 1918)"),
        IpAddr::V4(v4) if v4.is_link_local() => Some("link-local"),
        IpAddr::V4(v4) if addresses::is_shared(v4) => {
            Some("shared behind a provider's translation (RFC 6598)")
        }
        IpAddr::V4(v4) if v4.is_multicast() || v4.is_broadcast() => Some("no single machine's"),
        IpAddr::V6(v6) if v6.is_unique_local() => Some("unique local (RFC 4193)"),
        IpAddr::V6(v6) if v6.is_unicast_link_local() => Some("link-local"),
        IpAddr::V6(v6) if v6.is_multicast() => Some("no single machine's"),
        _ if address.is_loopback() || address.is_unspecified() => Some("the machine itself"),
        _ => None,
    }
}
