//! The fleet with every value filled in.

use std::{collections::BTreeMap, net::IpAddr};

use manifest::{Allocations, Places};
use settings::{
    audit::Audit,
    base::Base,
    core::Core,
    disk::Disk,
    dmz::Dmz,
    edge::Edge,
    fleet::Fleet,
    gateway::Gateway,
    host::{Host, IpVersion, RoleName},
    livekit::Livekit,
    mesh::Mesh,
    platform::Platform,
    region::{MediaMode, Region},
    secrets::Secrets,
    steer::Place,
    tenant::Tenant,
    tls::Tls,
    turn::Turn,
    versions::Versions,
};
use values::{Domain, Milliseconds, Name};

use crate::{Cluster, Flow, Focus, FocusKind, Index, Relay};

/// The fleet with every value filled in. References between hosts exist; what else may be wrong, rules find.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// What all hosts share.
    pub fleet: Fleet,
    /// Regions.
    pub regions: BTreeMap<Name, Region>,
    /// Measured round trips, as written.
    pub links: BTreeMap<Name, BTreeMap<Name, Milliseconds>>,
    /// Tenants.
    pub tenants: BTreeMap<Name, Tenant>,
    /// Hosts.
    pub hosts: BTreeMap<Name, ResolvedHost>,
    /// Name of the gateway host.
    pub gateway: Name,
    /// Name of the core host.
    pub core: Name,
    /// Foci in the order of their index. 0 is the core's, whether it has one or not.
    pub foci: Vec<Focus>,
    /// In-region clusters.
    pub clusters: Vec<Cluster>,
    /// Every flow that may pass.
    pub flows: Vec<Flow>,
    /// Indices, completed.
    pub allocations: Allocations,
    /// Where everything stands in the user's files.
    pub places: Places,
    /// Look-ups by host.
    pub index: Index,
}

/// One host with every value filled in.
#[derive(Debug, Clone)]
pub struct ResolvedHost {
    /// Its name.
    pub name: Name,
    /// Its place in the fleet.
    pub host: Host,
    /// What every host has.
    pub base: Base,
    /// The tunnel.
    pub mesh: Mesh,
    /// Volumes.
    pub disk: Disk,
    /// Machine.
    pub platform: Platform,
    /// Secrets.
    pub secrets: Secrets,
    /// Certificates.
    pub tls: Tls,
    /// The audit profile.
    pub audit: Audit,
    /// Versions of its daemons.
    pub versions: Versions,
    /// What it does.
    pub role: Role,
}

/// What a host does, with the settings of that role.
#[derive(Debug, Clone)]
pub enum Role {
    /// The public door.
    Gateway(Box<Gateway>),
    /// The heart.
    Core(Box<Core>),
    /// A media server.
    Edge(Box<Edge>),
    /// A guests' homeserver.
    Dmz(Box<Dmz>),
}

impl ResolvedHost {
    /// The role's name.
    pub fn role_name(&self) -> RoleName {
        self.host.role
    }

    /// The public address that peers in the tunnel dial.
    pub fn dialled_at(&self) -> Option<IpAddr> {
        match self.host.tunnel_endpoint {
            IpVersion::Ipv4 => self.host.address.map(IpAddr::V4),
            IpVersion::Ipv6 => self.host.address6.map(IpAddr::V6),
        }
    }

    /// Whether the host is being taken out of service.
    pub fn is_draining(&self) -> bool {
        matches!(&self.role, Role::Edge(edge) if edge.draining_since.is_some())
    }

    /// The media server's settings, where one runs.
    pub fn livekit(&self) -> Option<&Livekit> {
        match &self.role {
            Role::Core(core) => core.public_media.then_some(&core.livekit),
            Role::Edge(edge) => Some(&edge.livekit),
            Role::Gateway(_) | Role::Dmz(_) => None,
        }
    }

    /// The TURN server beside the media server.
    pub fn relay(&self) -> Option<Relay> {
        match &self.role {
            Role::Core(core) => core.public_media.then_some(Relay::Calls),
            Role::Edge(edge) => Some(Relay::from(edge.as_ref())),
            Role::Gateway(_) | Role::Dmz(_) => None,
        }
    }

    /// coturn's settings, where it runs.
    pub fn turn(&self) -> Option<&Turn> {
        match &self.role {
            Role::Core(core) => core.public_media.then_some(&core.turn),
            Role::Edge(edge) => Relay::from(edge.as_ref()).is_coturn().then_some(&edge.turn),
            Role::Gateway(_) | Role::Dmz(_) => None,
        }
    }

    /// Key path of an option of this host that was set, or could be set, in the manifest: the host's own table first,
    /// then the fleet-wide one.
    pub fn paths(&self, option: &str) -> [String; 2] {
        [format!("host.{}.{option}", self.name), option.to_owned()]
    }
}

impl Resolved {
    /// The core host and its settings. Both exist in every resolved fleet.
    pub fn core(&self) -> Option<(&ResolvedHost, &Core)> {
        let host = self.hosts.get(&self.core)?;
        match &host.role {
            Role::Core(core) => Some((host, core)),
            _ => None,
        }
    }

    /// The gateway host and its settings.
    pub fn gateway(&self) -> Option<(&ResolvedHost, &Gateway)> {
        let host = self.hosts.get(&self.gateway)?;
        match &host.role {
            Role::Gateway(gateway) => Some((host, gateway)),
            _ => None,
        }
    }

    /// The flows that touch a host, in the order of the list.
    pub fn flows_of(&self, host: &Name) -> impl Iterator<Item = &Flow> {
        self.index.flows(host).iter().filter_map(|position| self.flows.get(*position))
    }

    /// The host that relays 1:1 calls, with coturn's settings and the address at which its media arrives.
    pub fn call_relay(&self) -> Option<(&ResolvedHost, &Turn, std::net::Ipv4Addr)> {
        let host = self.hosts.get(&self.core()?.1.media_host)?;
        let address = match &host.role {
            Role::Core(core) => core.media_address?,
            Role::Edge(edge) => edge.media_address,
            Role::Gateway(_) | Role::Dmz(_) => return None,
        };
        (host.relay() == Some(Relay::Calls)).then_some((host, host.turn()?, address))
    }

    /// The focus that comes last in every list.
    pub fn fallback(&self) -> Option<&Focus> {
        self.focus_of(&self.core()?.1.media_host)
    }

    /// The place of a focus in the lists that clients are told.
    pub fn place_in_lists(&self, focus: &Focus) -> Place {
        match (focus.kind, self.fallback() == Some(focus)) {
            (FocusKind::Core, _) => Place::Last,
            (_, true) => Place::LastUnlessNearest,
            (_, false) => Place::ByDistance,
        }
    }

    /// The focus that a host serves.
    pub fn focus_of(&self, host: &Name) -> Option<&Focus> {
        self.foci.get(self.index.focus(host)?)
    }

    /// Whether every host of a focus is being taken out of service.
    pub fn is_draining(&self, focus: &Focus) -> bool {
        focus.hosts.iter().all(|host| self.hosts.get(host).is_some_and(ResolvedHost::is_draining))
    }

    /// The cluster that an edge is a node of.
    pub fn cluster_of(&self, edge: &Edge) -> Option<&Cluster> {
        let is_node = edge.mode == MediaMode::Cluster;
        self.clusters.iter().find(|cluster| is_node && cluster.name == edge.focus)
    }

    /// The edges that work in `mode`.
    pub fn edges_in(&self, mode: MediaMode) -> impl Iterator<Item = (&ResolvedHost, &Edge)> {
        self.edges().filter(move |(_, edge)| edge.mode == mode)
    }

    /// Whether the tenant of a DMZ host federates with the fleet.
    pub fn is_linked(&self, dmz: &Dmz) -> bool {
        self.tenants.get(&dmz.tenant).is_some_and(Tenant::is_linked)
    }

    /// Tenants whose servers federate with the fleet's.
    pub fn linked_tenants(&self) -> impl Iterator<Item = &Tenant> {
        self.tenants.values().filter(|tenant| tenant.is_linked())
    }

    /// Whether the core federates with servers outside the fleet.
    pub fn federates_openly(&self) -> bool {
        let linked = |domain: &Domain| self.linked_tenants().any(|tenant| tenant.domain == *domain);
        self.core().is_some_and(|(_, core)| core.homeserver.federate_with.iter().any(|name| !linked(name)))
    }

    /// Place of a host in the deploy order, from 1.
    pub fn wave_of(&self, host: &Name) -> usize {
        self.index.wave(host)
    }

    /// All edges with their settings.
    pub fn edges(&self) -> impl Iterator<Item = (&ResolvedHost, &Edge)> {
        self.hosts.values().filter_map(|host| match &host.role {
            Role::Edge(edge) => Some((host, edge.as_ref())),
            _ => None,
        })
    }

    /// All DMZ hosts with their settings.
    pub fn dmzs(&self) -> impl Iterator<Item = (&ResolvedHost, &Dmz)> {
        self.hosts.values().filter_map(|host| match &host.role {
            Role::Dmz(dmz) => Some((host, dmz.as_ref())),
            _ => None,
        })
    }

    /// Whether the core runs a bot: it takes orders about the guests of tenants that have a server.
    pub fn has_bot(&self) -> bool {
        self.dmzs().next().is_some()
    }

    /// The place of `option` of a host: where the user wrote it, else the host's table.
    pub fn place(&self, host: &ResolvedHost, option: &str) -> Option<diag::Place> {
        let [own, shared] = host.paths(option);
        self.places.first_of([own.as_str(), shared.as_str()])
    }
}
