//! `[edge]`: a media server of a region.

use std::net::Ipv4Addr;

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::{Domain, Moment, Name, Port, Whole};

use crate::{livekit::Livekit, region::MediaMode, turn::Turn};

/// A media server of a region. It keeps nothing of the users on its disk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[describe(set = "edge")]
pub struct Edge {
    /// Focus that the host serves: its own name, or its cluster's.
    #[option(derived, example = "edge-lon")]
    pub focus: Name,
    /// Name of the focus' signalling.
    #[option(derived, example = "edge-lon.sfu.meridian.example")]
    pub focus_domain: Domain,
    /// How media of the region is carried.
    #[option(derived, example = "cluster")]
    pub mode: MediaMode,
    /// Whether the host relays 1:1 calls in place of the core (`core.media-host`). Its media server then uses that relay,
    /// too.
    #[option(derived, default = false)]
    pub relays_calls: bool,
    /// Since when the host is being taken out of service: no list names it, running calls go on, its token service stays.
    /// `rampart edge drain` writes it; clients keep lists for up to 24 hours.
    #[option(derived, example = "2026-11-28T19:00:00Z")]
    pub draining_since: Option<Moment>,
    /// Address that clients send media to.
    #[option(derived, example = "192.0.2.10")]
    pub media_address: Ipv4Addr,
    /// Tunnel address of the core, which alone may manage rooms.
    #[option(derived, example = "10.77.0.1")]
    pub core_address: Ipv4Addr,
    /// The media server.
    #[option(group)]
    pub livekit: Livekit,
    /// First UDP port of `LiveKit`'s own TURN relay.
    #[option(derived, default = Port(30_000), example = 30_500)]
    pub relay_port_first: Port,
    /// Last UDP port of it.
    #[option(derived, default = Port(31_999), example = 30_999)]
    pub relay_port_last: Port,
    /// Seconds for which a TURN credential of `LiveKit` is valid.
    #[option(default = Whole::clamped(300), feeds = "livekit:turn.ttl_seconds", example = 600)]
    pub turn_ttl_seconds: Whole<30, 86_400>,
    /// TURN: the ports are those of `LiveKit`'s own server, or of coturn in backbone mode and where 1:1 calls are relayed.
    #[option(group)]
    pub turn: Turn,
}
