//! Group inside `[core]` and `[edge]`: coturn.

use std::net::Ipv4Addr;

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::{Port, Whole};

/// The relay for 1:1 calls on the core, and for backbone mode on an edge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Turn {
    /// Port of STUN and TURN over UDP and TCP (RFC 8656, section 18.6).
    #[option(derived, default = Turn::PORT, example = 3479)]
    pub port: Port,
    /// Port of TURN over TLS behind the SNI router on 443.
    #[option(derived, default = Port(5349), example = 5350)]
    pub tls_port: Port,
    /// First UDP port of relayed media.
    #[option(derived, default = Port(52_000), example = 52_500)]
    pub relay_port_first: Port,
    /// Last UDP port of relayed media.
    #[option(derived, default = Port(53_999), example = 52_999)]
    pub relay_port_last: Port,
    /// Private addresses to which relaying is allowed besides the relay's own and, in backbone mode, the media servers'.
    #[option(derived, default = Vec::new(), example = ["192.168.10.30"])]
    pub allowed_peers: Vec<Ipv4Addr>,
    /// Relays that one credential may hold.
    #[option(default = Whole::clamped(12), feeds = "coturn:settings.user-quota", example = 24)]
    pub user_quota: Whole<1, 10_000>,
    /// Relays at once.
    #[option(default = Whole::clamped(1200), feeds = "coturn:settings.total-quota", example = 600)]
    pub total_quota: Whole<1, 1_000_000>,
    /// Bytes a second of one relay; 0 for no limit.
    #[option(default = Whole::clamped(0), feeds = "coturn:settings.max-bps", example = 3_000_000)]
    pub max_bps: Whole<0, 4_294_967_296>,
}

impl Turn {
    /// The port that clients expect when nothing else is said.
    pub const PORT: Port = Port(3478);
}
