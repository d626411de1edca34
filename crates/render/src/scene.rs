//! What rendering looks at: one host, within its fleet.

use std::net::Ipv4Addr;

use fleet::{Focus, Relay, Resolved, ResolvedHost};
use serde_json::{Map, Value};
use settings::{
    dmz::Dmz,
    tenant::{GuestCalls, Tenant},
};
use values::Name;

/// One host, within its fleet.
pub(crate) struct Scene<'a> {
    pub(crate) fleet: &'a Resolved,
    pub(crate) host: &'a ResolvedHost,
}

impl<'a> Scene<'a> {
    /// `<label>.<fleet domain>`.
    pub(crate) fn name_under(&self, label: &str) -> String {
        format!("{label}.{}", self.fleet.fleet.domain)
    }

    /// The machine of a host by name.
    pub(crate) fn machine(&self, name: &Name) -> Option<&'a settings::host::Host> {
        self.fleet.hosts.get(name).map(|host| &host.host)
    }

    /// Tunnel address of the core.
    pub(crate) fn core_tunnel(&self) -> Option<Ipv4Addr> {
        self.machine(&self.fleet.core).map(|core| core.tunnel_address)
    }

    /// Tunnel address of the gateway.
    pub(crate) fn gateway_tunnel(&self) -> Option<Ipv4Addr> {
        self.machine(&self.fleet.gateway).map(|gateway| gateway.tunnel_address)
    }

    /// Address of this host in its LAN.
    pub(crate) fn lan_address(&self) -> Option<Ipv4Addr> {
        v4(self.host.host.lan?)
    }

    /// The focus of this host, if it serves one.
    pub(crate) fn focus(&self) -> Option<&'a Focus> {
        self.fleet.focus_of(&self.host.name)
    }

    /// Foci as clients are told where nobody knows their region: the fallback last, those that are draining not at all,
    /// unless all are. An empty list would break clients.
    pub(crate) fn foci_for_clients(&self) -> Vec<&'a Focus> {
        let fallback = self.fleet.fallback();
        let all = &self.fleet.foci;
        let lasting: Vec<_> = all.iter().filter(|focus| !self.fleet.is_draining(focus)).collect();
        let told = if lasting.is_empty() { all.iter().collect() } else { lasting };
        let (last, others): (Vec<_>, Vec<_>) = told.into_iter().partition(|focus| fallback == Some(*focus));
        others.into_iter().chain(last).collect()
    }

    /// The same for the guests on a DMZ host.
    pub(crate) fn foci_of_guests(&self, dmz: &Dmz) -> Vec<&'a Focus> {
        if self.may_call(dmz) { self.foci_for_clients() } else { Vec::new() }
    }

    /// Whether the guests on a DMZ host call on the fleet's foci.
    pub(crate) fn may_call(&self, dmz: &Dmz) -> bool {
        self.calling_tenants().any(|(name, _)| *name == dmz.tenant)
    }

    /// Tenants whose guests call on the fleet's foci.
    pub(crate) fn calling_tenants(&self) -> impl Iterator<Item = (&'a Name, &'a Tenant)> {
        self.fleet.tenants.iter().filter(|(_, tenant)| tenant.calls == GuestCalls::Fleet)
    }

    /// URIs of the relay for 1:1 calls, for the homeservers.
    pub(crate) fn turn_uris(&self) -> Vec<String> {
        let Some((host, turn, _)) = self.fleet.call_relay() else { return Vec::new() };
        let (name, port) = (self.name_under(&Relay::Calls.label(&host.name)), turn.port);
        vec![
            format!("turn:{name}:{port}?transport=udp"),
            format!("turn:{name}:{port}?transport=tcp"),
            format!("turns:{name}:443?transport=tcp"),
        ]
    }
}

/// The IPv4 address of a network entry.
pub(crate) fn v4(cidr: values::Cidr) -> Option<Ipv4Addr> {
    match cidr.address() {
        std::net::IpAddr::V4(address) => Some(address),
        std::net::IpAddr::V6(_) => None,
    }
}

/// The table of a `json!({ … })`.
pub(crate) fn table(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(table) => table,
        _ => Map::new(),
    }
}

/// Where a unit finds a credential (systemd: `LoadCredential`).
pub(crate) fn credential(unit: &str, name: &str) -> String {
    format!("/run/credentials/{unit}.service/{name}")
}
