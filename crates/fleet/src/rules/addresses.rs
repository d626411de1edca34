//! The addresses of hosts with the option that gives each.

use std::{
    collections::{BTreeMap, HashMap},
    net::{IpAddr, Ipv4Addr},
};

use values::{Cidr, Url};

use crate::{Resolved, ResolvedHost, Role};

/// Public addresses of a host.
pub(super) fn public(host: &ResolvedHost) -> impl Iterator<Item = (&'static str, IpAddr)> {
    let v4 = host.host.address.map(|address| ("address", address.into()));
    let v6 = host.host.address6.map(|address| ("address6", address.into()));
    v4.into_iter().chain(v6)
}

/// All addresses of a host.
pub(super) fn all(host: &ResolvedHost) -> impl Iterator<Item = (&'static str, IpAddr)> {
    let lan = host.host.lan.map(|lan| ("lan", lan.address()));
    public(host).chain(lan).chain([("tunnel-address", host.host.tunnel_address.into())])
}

/// The machines and networks that nobody in a DMZ may talk to.
pub(super) struct Inside<'f> {
    machines: HashMap<IpAddr, &'f ResolvedHost>,
    lans: BTreeMap<Cidr, &'f ResolvedHost>,
    tunnel: Cidr,
}

impl<'f> Inside<'f> {
    /// All hosts, the tunnel, and the LANs of hosts that are no DMZ hosts.
    pub(super) fn of(fleet: &'f Resolved) -> Self {
        let hosts = || fleet.hosts.values();
        let machines = hosts().flat_map(|host| all(host).map(move |(_, address)| (address, host))).collect();
        let internal = hosts().filter(|host| !matches!(host.role, Role::Dmz(_)));
        let lans = internal.filter_map(|host| Some((host.host.lan?.network(), host))).collect();
        Self { machines, lans, tunnel: fleet.fleet.tunnel_network }
    }

    /// What `address` is, seen from `outsider`, if it is anything inside.
    pub(super) fn find(&self, outsider: &ResolvedHost, address: IpAddr) -> Option<String> {
        let machine = self.machines.get(&address).filter(|host| host.name != outsider.name);
        if let Some(host) = machine {
            return Some(format!("{address} of `{}`", host.name));
        }
        if self.tunnel.contains(address) {
            return Some(format!("{address} in the tunnel"));
        }
        let (_, host) = self.lans.iter().find(|(lan, _)| lan.contains(address))?;
        Some(format!("{address} in the LAN of `{}`", host.name))
    }
}

/// The host part of a URL.
pub(super) fn url_host(url: &Url) -> &str {
    let after_scheme = url.as_str().split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let end = after_scheme.find([':', '/']).unwrap_or(after_scheme.len());
    &after_scheme[..end]
}

/// The public IPv4 address with its prefix length.
pub(super) fn public_network(host: &ResolvedHost) -> Option<Cidr> {
    format!("{}/{}", host.host.address?, host.host.address_prefix).parse().ok()
}

/// Whether the address is the first or the last of its network, which no host can have (RFC 3021 excepts two-address
/// networks).
pub(super) fn is_reserved(network: Cidr) -> bool {
    let IpAddr::V4(address) = network.address() else { return false };
    let host_bits = u32::MAX.checked_shr(network.prefix_len().into()).unwrap_or(0);
    let index = u32::from(address) & host_bits;
    network.prefix_len() < 31 && (index == 0 || index == host_bits)
}

/// Whether the network is a part of those that sites use as they like.
pub(super) fn is_site_network(network: Cidr) -> bool {
    let shared =
        matches!(network.address(), IpAddr::V4(address) if is_shared(address) && network.prefix_len() >= 10);
    let private = match network.address() {
        // 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16.
        IpAddr::V4(address) if address.is_private() => match address.octets()[0] {
            10 => network.prefix_len() >= 8,
            172 => network.prefix_len() >= 12,
            _ => network.prefix_len() >= 16,
        },
        IpAddr::V4(_) => false,
        IpAddr::V6(address) => address.is_unique_local(),
    };
    private || shared
}

/// Whether the address is from the range for translation at providers (RFC 6598, 100.64.0.0/10).
pub(super) fn is_shared(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    first == 100 && (64..128).contains(&second)
}
