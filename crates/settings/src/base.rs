//! `[base]`: what every host has.

use std::net::IpAddr;

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::{Cidr, HostAddress, SshPublicKey};

/// What every host has: administration by SSH keys, time, name resolution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[describe(set = "base")]
pub struct Base {
    /// Keys that may log in as root. There are no password logins.
    #[option(default = Vec::new(), feeds = "sshd:authorizedKeys",
        example = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGr0QLU1GiSPKPVzdAX1Fm1lSP8JZPkcGgNtXJ8WkGTL ops"])]
    pub ssh_keys: Vec<SshPublicKey>,
    /// Networks from which SSH is reachable besides the tunnel.
    #[option(derived, default = Vec::new(), example = ["198.51.100.0/28"])]
    pub admin_networks: Vec<Cidr>,
    /// Time servers. `LiveKit` ignores a node whose clock is off by more than about three seconds
    /// (livekit: pkg/routing/selector), and tokens carry times.
    #[option(default = default_time_servers(), feeds = "timesyncd:servers", example = ["time.meridian.example"])]
    pub time_servers: Vec<HostAddress>,
    /// Name servers. Empty: those that DHCP gives. A DMZ host may ask no others.
    #[option(derived, default = Vec::new(), example = ["192.0.2.53"])]
    pub name_servers: Vec<IpAddr>,
}

/// The NTP pool that NixOS uses by default (nixpkgs: nixos/modules/config/networking).
fn default_time_servers() -> Vec<HostAddress> {
    (0..4).filter_map(|n| format!("{n}.nixos.pool.ntp.org").parse().ok()).collect()
}
