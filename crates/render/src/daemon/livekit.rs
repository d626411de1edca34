//! The media server. Its parser is strict: an unknown key stops it (livekit: pkg/config).

use std::net::Ipv4Addr;

use fleet::{Relay, ports};
use serde_json::{Map, Value, json};
use settings::{core::Core, edge::Edge, livekit::Livekit};

use crate::scene::{Scene, credential, table};

/// The core's own focus: signalling in the tunnel, media through the gateway.
pub(crate) fn core(scene: &Scene<'_>, core: &Core) -> Value {
    let host = &scene.host.host;
    let interface = if host.address.is_some() { &host.interface } else { &host.lan_interface };
    let mut out = shared(
        &core.livekit,
        &[host.tunnel_address.to_string()],
        core.media_address.unwrap_or(host.tunnel_address),
        interface.as_str(),
    );
    out.insert("turn".into(), json!({ "enabled": false }));
    Value::Object(out)
}

/// An edge: signalling behind the Traefik beside it.
pub(crate) fn edge(scene: &Scene<'_>, edge: &Edge) -> Value {
    let host = &scene.host.host;
    let relay = Relay::from(edge);
    let backbone = relay == Relay::Backbone;
    let interface = if backbone { &scene.host.mesh.interface } else { &host.interface };
    let loopback = ["127.0.0.1".to_owned()];
    let mut out = shared(&edge.livekit, &loopback, edge.media_address, interface.as_str());
    let own = relay == Relay::Own;
    out.insert("turn".into(), if own { turn(scene, edge) } else { json!({ "enabled": false }) });
    if let Some(rtc) = out.get_mut("rtc").and_then(Value::as_object_mut) {
        if relay.is_coturn() {
            rtc.insert("turn_servers".into(), relay_servers(scene, relay, edge));
        }
        if backbone {
            // Media over TCP would go round the relay.
            rtc.insert("tcp_port".into(), 0.into());
        }
    }
    if let (Some(core), Some(cluster)) = (scene.core_tunnel(), scene.fleet.cluster_of(edge)) {
        out.insert("redis".into(), json!({ "address": format!("{core}:{}", cluster.redis_port) }));
        out.insert("node_selector".into(), json!({ "kind": "sysload", "sort_by": "sysload" }));
    }
    Value::Object(out)
}

/// What every instance has. Rooms, logging and the rest of `room` come by local options.
fn shared(livekit: &Livekit, bind: &[String], node_ip: Ipv4Addr, interface: &str) -> Map<String, Value> {
    table(json!({
        "port": livekit.signal_port,
        "bind_addresses": bind,
        "rtc": {
            "port_range_start": livekit.rtc_port_first,
            "port_range_end": livekit.rtc_port_last,
            "tcp_port": livekit.tcp_port,
            "use_external_ip": livekit.use_external_ip,
            "node_ip": node_ip.to_string(),
            // Without the filter the tunnel's address would be offered to clients.
            "interfaces": { "includes": [interface] },
            // Empty means that clients are sent to third parties (livekit: pkg/service/roommanager.go).
            "stun_servers": livekit.stun_servers,
        },
        "room": {},
        // Listens where `bind_addresses` says (livekit: pkg/service/server.go). Names nobody: rooms and people are counted.
        "prometheus": { "port": ports::LIVEKIT_METRICS },
        "logging": { "json": true },
    }))
}

/// The internal TURN server. TLS ends at Traefik on 443. One list of addresses, `bind_addresses`, is for TURN over UDP
/// and over TLS alike (livekit: pkg/service/turn.go), so plain TURN behind Traefik is wherever UDP is, which is public.
/// The firewall lets nobody there; `host_private_port_open` sees that it stays so.
fn turn(scene: &Scene<'_>, edge: &Edge) -> Value {
    let mut turn = json!({
        "enabled": true,
        "domain": scene.name_under(&Relay::Own.label(&scene.host.name)),
        "udp_port": edge.turn.port,
        "tls_port": edge.turn.tls_port,
        "external_tls": true,
        "relay_range_start": edge.relay_port_first,
        "relay_range_end": edge.relay_port_last,
    });
    // Since 1.12 the relay refuses private peers, the media server beside it included (livekit#4505).
    if edge.media_address.is_private() {
        turn["allow_restricted_peer_cidrs"] = json!([format!("{}/32", edge.media_address)]);
    }
    turn
}

/// coturn instead of the internal server: the one of this host, or in backbone mode the one that is closest to a client.
fn relay_servers(scene: &Scene<'_>, relay: Relay, edge: &Edge) -> Value {
    let host = scene.name_under(&relay.label(&scene.host.name));
    let secret = credential("livekit", "turn-secret");
    json!([
        { "host": host, "port": edge.turn.port, "protocol": "udp", "secret_file": secret },
        { "host": host, "port": edge.turn.port, "protocol": "tcp", "secret_file": secret },
        { "host": host, "port": 443, "protocol": "tls", "secret_file": secret },
    ])
}
