//! Group inside `[core]` and `[edge]`: the media server.

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::{Duration, Port, Whole};

use crate::homeserver::LogLevel;

/// The media server (SFU).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Livekit {
    /// Port of signalling; never public, Traefik stands before it.
    #[option(derived, default = Port(7880), example = 7890)]
    pub signal_port: Port,
    /// Port of ICE over TCP; 0 switches it off.
    #[option(derived, default = Port(7881), example = 7891)]
    pub tcp_port: Port,
    /// First UDP port of media.
    #[option(derived, default = Port(50_000), example = 50_500)]
    pub rtc_port_first: Port,
    /// Last UDP port of media. The default stays below the tunnel's port (decision 0009).
    #[option(derived, default = Port(51_799), example = 50_999)]
    pub rtc_port_last: Port,
    /// Whether the server asks a STUN server for its address. It then ignores the address that is derived here
    /// (livekit: pkg/config), and fails to start when no answer comes.
    #[option(derived, default = false)]
    pub use_external_ip: bool,
    /// STUN servers that clients are told, `host:port`. Default: the fleet's own.
    #[option(derived, example = ["turn.meridian.example:3478"])]
    pub stun_servers: Vec<String>,
    /// Whether joining an unknown room creates it. Must stay off: the token service creates rooms.
    #[option(default = false, feeds = "livekit:room.auto_create")]
    pub auto_create: bool,
    /// People in one room; 0 for no limit.
    #[option(default = Whole::clamped(0), feeds = "livekit:room.max_participants", example = 100)]
    pub max_participants: Whole<0, 100_000>,
    /// How much the server logs. Lines that name a room or a person do not reach the journal, at whatever level.
    #[option(default = LogLevel::Warn, feeds = "livekit:logging.level", example = "info")]
    pub log: LogLevel,
    /// Longest call. A server that stops waits for its calls; systemd must not cut it short.
    #[option(default = Duration::hours(4), example = "8h")]
    pub longest_call: Duration,
    /// How long systemd waits for the server to stop by itself.
    #[option(default = Duration::hours(4), example = "8h")]
    pub drain_time: Duration,
}
