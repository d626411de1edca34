//! The relay. Peer policy in coturn is allow-by-default, so everything that is not public is denied by name.

use serde_json::{Value, json};
use settings::{core::Core, edge::Edge, region::MediaMode, turn::Turn};

use crate::{
    scene::{Scene, credential},
    units::turn_secrets,
};

/// Ranges that no relay may reach. coturn takes ranges, not CIDR (coturn: examples/etc/turnserver.conf), and allow
/// beats deny.
const DENIED: [&str; 24] = [
    "0.0.0.0-0.255.255.255",
    "10.0.0.0-10.255.255.255",
    "100.64.0.0-100.127.255.255",
    "127.0.0.0-127.255.255.255",
    "169.254.0.0-169.254.255.255",
    "172.16.0.0-172.31.255.255",
    "192.0.0.0-192.0.0.255",
    "192.0.2.0-192.0.2.255",
    "192.88.99.0-192.88.99.255",
    "192.168.0.0-192.168.255.255",
    "198.18.0.0-198.19.255.255",
    "198.51.100.0-198.51.100.255",
    "203.0.113.0-203.0.113.255",
    "224.0.0.0-239.255.255.255",
    "240.0.0.0-255.255.255.255",
    "::",
    "::1",
    "::ffff:0:0-::ffff:ffff:ffff",
    "64:ff9b::-64:ff9b::ffff:ffff",
    "2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
    "2002::-2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "ff00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
];

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
    settings["denied-peer-ip"] = json!(DENIED);
    settings["allowed-peer-ip"] = json!(allowed);
    json!({ "settings": settings, "secrets": turn_secrets(scene) })
}

/// The relay of backbone mode: from the internet to the media servers' tunnel addresses and nowhere else.
pub(crate) fn edge(scene: &Scene<'_>, edge: &Edge) -> Value {
    let host = &scene.host.host;
    let public = host.address.unwrap_or(host.tunnel_address).to_string();
    let media_servers: Vec<String> = scene
        .fleet
        .edges()
        .filter(|(_, other)| other.mode == MediaMode::Backbone)
        .map(|(other, _)| other.host.tunnel_address.to_string())
        .collect();
    let mut settings = shared(&edge.turn, &scene.name_under("relay"));
    settings["listening-ip"] = json!([public, "127.0.0.1"]);
    settings["relay-ip"] = json!([host.tunnel_address.to_string()]);
    settings["denied-peer-ip"] =
        json!(["0.0.0.0-255.255.255.255", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"]);
    settings["allowed-peer-ip"] = json!(media_servers);
    json!({ "settings": settings, "secrets": turn_secrets(scene) })
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
        // One file holds the chain and the key.
        "cert": certificate,
        "pkey": certificate,
    })
}
