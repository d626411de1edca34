//! `[host.<name>]`: one machine.

use std::net::{Ipv4Addr, Ipv6Addr};

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::{Cidr, InterfaceName, Name, StateVersion, Whole, WireguardKey};

/// What a host does. Each host has exactly one role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Describe)]
#[serde(rename_all = "kebab-case")]
pub enum RoleName {
    /// The public door: ends TLS, forwards media of the core.
    Gateway,
    /// Homeserver, token services, hub of the tunnel.
    Core,
    /// A media server of a region; keeps nothing of the users.
    Edge,
    /// The homeserver of a tenant's guests.
    Dmz,
}

/// A version of the Internet Protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "kebab-case")]
pub enum IpVersion {
    /// IPv4.
    Ipv4,
    /// IPv6.
    Ipv6,
}

/// Machine type in Nix words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "kebab-case")]
pub enum Architecture {
    /// 64-bit x86.
    X86,
    /// 64-bit ARM.
    Arm,
}

impl Architecture {
    /// The word that Nix uses.
    pub const fn nix_system(self) -> &'static str {
        match self {
            Self::X86 => "x86_64-linux",
            Self::Arm => "aarch64-linux",
        }
    }
}

/// One machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[describe(set = "host")]
pub struct Host {
    /// What the host does.
    #[option(example = "edge")]
    pub role: RoleName,
    /// Region it stands in.
    #[option(example = "fra")]
    pub region: Name,
    /// Tenant whose guests a DMZ host serves.
    #[option(example = "partners")]
    pub tenant: Option<Name>,
    /// Public IPv4 address.
    #[option(example = "203.0.113.10")]
    pub address: Option<Ipv4Addr>,
    /// Public IPv6 address.
    #[option(example = "2001:db8::10")]
    pub address6: Option<Ipv6Addr>,
    /// Prefix length of the network of `address`.
    #[option(default = Whole::clamped(24), example = 28)]
    pub address_prefix: Whole<1, 32>,
    /// Address in the LAN or DMZ segment, with its prefix length.
    #[option(example = "192.168.10.2/24")]
    pub lan: Option<Cidr>,
    /// Default router. Without it the host asks by DHCP.
    #[option(example = "203.0.113.1")]
    pub router: Option<Ipv4Addr>,
    /// Router from the segment of `lan` to the LAN of the core, for a host in a segment of its own.
    #[option(example = "192.168.20.1")]
    pub lan_router: Option<Ipv4Addr>,
    /// Interface that has `address`.
    #[option(example = "ens18")]
    pub interface: InterfaceName,
    /// Interface that has `lan`. Default: `ens19` on a host with a public address, else `ens18`.
    #[option(example = "ens19")]
    pub lan_interface: InterfaceName,
    /// Hypervisor that carries the host, to see what shares hardware.
    #[option(example = "pve-1")]
    pub hypervisor: Option<Name>,
    /// Machine type.
    #[option(default = Architecture::X86, example = "arm")]
    pub architecture: Architecture,
    /// NixOS release whose data formats the host keeps; never change it on a running host.
    #[option(example = "26.05")]
    pub state_version: StateVersion,
    /// Address in the tunnel. Default: by the allocated index.
    #[option(derived, example = "10.77.0.2")]
    pub tunnel_address: Ipv4Addr,
    /// Public half of the host's tunnel key. Default: what `rampart secrets generate` recorded.
    #[option(derived, example = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=")]
    pub tunnel_key: Option<WireguardKey>,
    /// Which of its public addresses peers dial. A host with a `lan` is dialled there by the core, whatever this says.
    #[option(derived, default = IpVersion::Ipv4, example = "ipv6")]
    pub tunnel_endpoint: IpVersion,
}
