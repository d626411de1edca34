//! A relay into the machines behind it.

use std::{
    collections::{HashMap, HashSet},
    net::{IpAddr, Ipv4Addr},
};

use diag::{Code, Kind, Report};
use settings::{host::RoleName, region::MediaMode};
use values::Cidr;

use super::{Rule, addresses, blame::blame_roles};
use crate::{Relay, Resolved, ResolvedHost, peer_policy};

/// See [`Code::RelayPeerOpen`].
pub(super) const RULE: Rule = Rule {
    code: Code::RelayPeerOpen,
    example: include_str!("../../tests/cases/err/relay_peer_open/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let inside = Inside::of(fleet);
    for role in [RoleName::Core, RoleName::Edge] {
        let open =
            |host: &ResolvedHost| host.turn().and_then(|turn| inside.first_open(host, &turn.allowed_peers));
        blame_roles(
            fleet,
            report,
            &[role],
            "turn.allowed-peers",
            |host| open(host).is_some(),
            |host, hosts| {
                let (peer, what) =
                    open(host).map(|(peer, what)| (peer.to_string(), what)).unwrap_or_default();
                Kind::RelayPeerOpen { hosts, peer, what }
            },
        );
    }
}

/// What no relay may reach.
struct Inside<'f> {
    machines: HashMap<IpAddr, &'f ResolvedHost>,
    /// Tunnel addresses of media servers in backbone mode, which edges relay to.
    backbone: HashSet<Ipv4Addr>,
    tunnel: Cidr,
}

impl<'f> Inside<'f> {
    fn of(fleet: &'f Resolved) -> Self {
        let private = |host: &'f ResolvedHost| {
            let public: Vec<_> = addresses::public(host).map(|(_, address)| address).collect();
            addresses::all(host)
                .filter(move |(_, address)| !public.contains(address))
                .map(move |(_, a)| (a, host))
        };
        Self {
            machines: fleet.hosts.values().flat_map(private).collect(),
            backbone: fleet.edges_in(MediaMode::Backbone).map(|(host, _)| host.host.tunnel_address).collect(),
            tunnel: fleet.fleet.tunnel_network,
        }
    }

    /// The first inner address that coturn would send to with this list, as its own policy decides.
    fn first_open(&self, host: &ResolvedHost, allowed: &[Ipv4Addr]) -> Option<(IpAddr, String)> {
        // The machine's own services and the provider's, then whatever the list names.
        let probes = [Ipv4Addr::LOCALHOST, Ipv4Addr::UNSPECIFIED, peer_policy::METADATA];
        let passes = |peer: &IpAddr| peer_policy::permits(allowed, *peer);
        let peers = probes.iter().chain(allowed).map(|peer| IpAddr::from(*peer)).filter(passes);
        peers.into_iter().find_map(|peer| Some((peer, self.what(host, peer)?)))
    }

    fn what(&self, host: &ResolvedHost, peer: IpAddr) -> Option<String> {
        let IpAddr::V4(v4) = peer else { return None };
        if host.relay() == Some(Relay::Backbone) && self.backbone.contains(&v4) {
            return None;
        }
        if let Some(host) = self.machines.get(&peer) {
            return Some(format!("which is `{}`", host.name));
        }
        let what = match v4 {
            peer_policy::METADATA => "which is the metadata service of a cloud provider",
            v4 if v4.is_loopback() => "which is the relay's own machine",
            v4 if v4.is_unspecified() => "which stands for the relay's own machine",
            v4 if v4.is_link_local() => "which is link-local",
            v4 if v4.is_multicast() || v4.is_broadcast() => "which is no single machine",
            _ if self.tunnel.contains(peer) => "which is in the tunnel",
            _ => return None,
        };
        Some(what.to_owned())
    }
}
