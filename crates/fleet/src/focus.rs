//! Foci: what MatrixRTC clients call a place where a call's media can be published (MSC4143, MSC4195).

use std::net::Ipv4Addr;

use serde::Serialize;
use values::{Domain, Name};

/// What stands behind a focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FocusKind {
    /// The core's own media server.
    Core,
    /// One edge.
    Edge,
    /// The edges of a region, on one Redis instance.
    Cluster,
}

/// A name with its own URL and key pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Focus {
    /// The core's focus is `core`, an edge's its host name, a cluster's its region.
    pub name: Name,
    /// Allocated index; gives the port of its token service.
    pub index: u16,
    /// What stands behind it.
    pub kind: FocusKind,
    /// Region that it serves.
    pub region: Name,
    /// Name of its signalling.
    pub domain: Domain,
    /// URL of its token service, which is its identity for clients.
    pub service_url: String,
    /// Port of its token service on the core.
    pub token_port: u16,
    /// Hosts that run its media servers.
    pub hosts: Vec<Name>,
    /// Tunnel addresses at which its TLS ends: the hosts' own, or the gateway's for the core.
    pub door_addresses: Vec<Ipv4Addr>,
}

/// The edges of one region behind one focus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cluster {
    /// Name: that of the region and of the focus.
    pub name: Name,
    /// Allocated index; gives the port of its Redis instance.
    pub index: u16,
    /// Port of its Redis instance on the core.
    pub redis_port: u16,
    /// Its nodes.
    pub hosts: Vec<Name>,
}
