//! `[mesh]`: the tunnel between the hosts.

use std::net::Ipv4Addr;

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::{Cidr, InterfaceName, Port, Whole};

/// The `WireGuard` tunnel between the hosts, with its hub on the core.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[describe(set = "mesh")]
pub struct Mesh {
    /// Interface of the tunnel.
    #[option(derived, example = "wg-fleet")]
    pub interface: InterfaceName,
    /// Network of the tunnel.
    #[option(derived, example = "10.77.0.0/16")]
    pub network: Cidr,
    /// This host's address in it.
    #[option(derived, example = "10.77.0.2")]
    pub address: Ipv4Addr,
    /// UDP port of the tunnel.
    #[option(derived, default = Port(51_820), example = 51821)]
    pub port: Port,
    /// Seconds between keepalives towards peers behind NAT.
    #[option(derived, default = Whole::clamped(25), example = 15)]
    pub keepalive: Whole<1, 600>,
    /// Largest packet inside the tunnel. 1420 leaves room for `WireGuard` over IPv6 on a 1500 byte path.
    #[option(default = Whole::clamped(1420), feeds = "wg-fleet:mtu", example = 1380)]
    pub mtu: Whole<1280, 9000>,
}
