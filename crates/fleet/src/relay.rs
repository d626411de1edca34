//! Which TURN server stands beside a media server, and under which name.

use settings::{edge::Edge, region::MediaMode};
use values::Name;

/// A TURN server. A host has one at most: two would want the same port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relay {
    /// coturn for 1:1 calls: on the core, or on the edge that stands in for it (`core.media-host`). There `LiveKit` uses
    /// it, too.
    Calls,
    /// coturn of backbone mode, from the internet to media servers in the tunnel.
    Backbone,
    /// `LiveKit`'s own. It takes credentials of `LiveKit` only (livekit: pkg/service/turn.go), so no homeserver can
    /// hand them out.
    Own,
}

impl Relay {
    /// The relay of an edge.
    pub fn of_edge(mode: MediaMode, relays_calls: bool) -> Self {
        match mode {
            MediaMode::Backbone => Self::Backbone,
            MediaMode::MultiSfu | MediaMode::Cluster if relays_calls => Self::Calls,
            MediaMode::MultiSfu | MediaMode::Cluster => Self::Own,
        }
    }

    /// Whether it is a program of its own.
    pub fn is_coturn(self) -> bool {
        self != Self::Own
    }

    /// The part of its name before the fleet's domain; `relay` is the one that resolves to each client's closest edge.
    pub fn label(self, host: &Name) -> String {
        match self {
            Self::Calls => "turn".to_owned(),
            Self::Backbone => "relay".to_owned(),
            Self::Own => format!("{host}.turn"),
        }
    }

    /// The secret with coturn's certificate.
    pub fn certificate(self) -> &'static str {
        match self {
            Self::Calls | Self::Own => "tls-turn",
            Self::Backbone => "tls-relay",
        }
    }
}

impl From<&Edge> for Relay {
    fn from(edge: &Edge) -> Self {
        Self::of_edge(edge.mode, edge.relays_calls)
    }
}
