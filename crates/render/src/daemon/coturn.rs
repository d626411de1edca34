//! The relay. Peer policy in coturn is allow-by-default, so everything that is not public is denied by name.

use std::net::Ipv4Addr;

use fleet::Relay;
use serde_json::{Value, json};
use settings::{core::Core, edge::Edge, region::MediaMode, turn::Turn};

use crate::{
    scene::{Scene, credential},
    units::turn_secrets,
};

/// The relay of 1:1 calls on the core. TURN over TLS arrives from the gateway, through the tunnel.
pub(crate) fn core(scene: &Scene<'_>, core: &Core) -> Value {
    let host = &scene.host.host;
    let inner = host.address.or_else(|| scene.lan_address()).unwrap_or(host.tunnel_address);
    calls(scene, &core.turn, inner, core.media_address.unwrap_or(inner), host.tunnel_address)
}

/// The relay of 1:1 calls on an edge, with the Traefik before it on the same host.
pub(crate) fn edge(scene: &Scene<'_>, edge: &Edge) -> Value {
    let inner = scene.host.host.address.unwrap_or(edge.media_address);
    calls(scene, &edge.turn, inner, edge.media_address, Ipv4Addr::LOCALHOST)
}

/// It relays between any two public addresses, and to itself, where two clients meet.
fn calls(scene: &Scene<'_>, turn: &Turn, inner: Ipv4Addr, public: Ipv4Addr, tls: Ipv4Addr) -> Value {
    let mut settings = shared(turn, &scene.name_under(&Relay::Calls.label(&scene.host.name)));
    settings["listening-ip"] = json!([inner, tls]);
    settings["relay-ip"] = json!([inner]);
    if public != inner {
        settings["external-ip"] = format!("{public}/{inner}").into();
    }
    settings["denied-peer-ip"] = json!(denied());
    settings["allowed-peer-ip"] = json!(allowed([inner], turn));
    json!({ "settings": settings, "secrets": turn_secrets(scene) })
}

/// The relay of backbone mode: from the internet to the media servers' tunnel addresses and nowhere else.
pub(crate) fn backbone(scene: &Scene<'_>, edge: &Edge) -> Value {
    let host = &scene.host.host;
    let public = host.address.unwrap_or(host.tunnel_address);
    let media_servers = scene.fleet.edges_in(MediaMode::Backbone).map(|(other, _)| other.host.tunnel_address);
    let mut settings = shared(&edge.turn, &scene.name_under(&Relay::Backbone.label(&scene.host.name)));
    settings["listening-ip"] = json!([public, Ipv4Addr::LOCALHOST]);
    settings["relay-ip"] = json!([host.tunnel_address]);
    settings["denied-peer-ip"] =
        json!(["0.0.0.0-255.255.255.255", "::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"]);
    settings["allowed-peer-ip"] = json!(allowed(media_servers, &edge.turn));
    json!({ "settings": settings, "secrets": turn_secrets(scene) })
}

/// Private addresses that may be relayed to: those that the relay is there for, then those of the manifest.
fn allowed(meant: impl IntoIterator<Item = Ipv4Addr>, turn: &Turn) -> Vec<Ipv4Addr> {
    meant.into_iter().chain(turn.allowed_peers.iter().copied()).collect()
}

/// Ranges that no relay may reach, as coturn writes them.
fn denied() -> Vec<String> {
    fleet::peer_policy::denied_ranges()
        .iter()
        .map(|(first, last)| if first == last { (*first).to_owned() } else { format!("{first}-{last}") })
        .collect()
}

/// Keys that every instance has.
fn shared(turn: &Turn, realm: &str) -> Value {
    let certificate = credential("coturn", "tls");
    json!({
        "realm": realm,
        "listening-port": turn.port,
        "tls-listening-port": turn.tls_port,
        "min-port": turn.relay_port_first,
        "max-port": turn.relay_port_last,
        "use-auth-secret": true,
        "fingerprint": true,
        "stale-nonce": 600,
        "no-multicast-peers": true,
        "no-tcp-relay": true,
        "no-cli": true,
        "no-dtls": true,
        // 1.3 is the floor here, too.
        "no-tlsv1": true,
        "no-tlsv1_1": true,
        "no-tlsv1_2": true,
        // One file holds the chain and the key.
        "cert": certificate,
        "pkey": certificate,
    })
}
