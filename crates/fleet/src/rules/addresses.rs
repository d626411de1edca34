//! The addresses of hosts with the option that gives each.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
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
