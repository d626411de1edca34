//! The relay. Peer policy in coturn is allow-by-default, so everything that is not public is denied by name.

use serde_json::{Value, json};
use settings::{core::Core, edge::Edge, region::MediaMode, turn::Turn};

use crate::{
    scene::{Scene, credential},
    units::turn_secrets,
};

/// The relay of 1:1 calls. It relays between any two public addresses, and to itself, where two clients meet.
pub(crate) fn core(scene: &Scene<'_>, core: &Core) -> Value {
    let host = &scene.host.host;
    let inner = host.address.or_else(|| scene.lan_address()).unwrap_or(host.tunnel_address);
    let external = core.media_address.filter(|public| *public != inner);
    let allowed: Vec<String> = std::iter::once(inner)
        .chain(core.turn.allowed_peers.iter().copied())
        .map(|a| a.to_string())
        .collect();
    let mut settings = shared(&core.turn, &scene.name_under("turn"));
    // TURN over TLS arrives from the gateway, through the tunnel.
    settings["listening-ip"] = json!([inner.to_string(), host.tunnel_address.to_string()]);
    settings["relay-ip"] = json!([inner.to_string()]);
    if let Some(public) = external {
        settings["external-ip"] = format!("{public}/{inner}").into();
    }
    settings["denied-peer-ip"] = json!(denied());
    settings["allowed-peer-ip"] = json!(allowed);
    json!({ "settings": settings, "secrets": turn_secrets(scene) })
}

/// The relay of backbone mode: from the internet to the media servers' tunnel addresses and nowhere else.
pub(crate) fn edge(scene: &Scene<'_>, edge: &Edge) -> Value {
    let host = &scene.host.host;
    let public = host.address.unwrap_or(host.tunnel_address).to_string();
    let media_servers: Vec<String> = scene
        .fleet
        .edges_in(MediaMode::Backbone)
        .map(|(other, _)| other.host.tunnel_address.to_string())
        .collect();
    let mut settings = shared(&edge.turn, &scene.name_under("relay"));
    settings["listening-ip"] = json!([public, "127.0.0.1"]);
    settings["relay-ip"] = json!([host.tunnel_address.to_string()]);
    settings["denied-peer-ip"] =
        json!(["0.0.0.0-255.255.255.255", "::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"]);
    settings["allowed-peer-ip"] = json!(media_servers);
    json!({ "settings": settings, "secrets": turn_secrets(scene) })
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
