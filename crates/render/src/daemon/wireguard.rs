//! The tunnel: a star with its hub on the core, and direct peers where a mode asks for them.

use std::net::{IpAddr, SocketAddr};

use fleet::{ResolvedHost, Role};
use serde_json::{Value, json};
use settings::{host::RoleName, region::MediaMode};

use crate::scene::{Scene, v4};

/// Settings of `wg-fleet`. The MTU comes by the option `mesh.mtu`.
pub(crate) fn settings(scene: &Scene<'_>) -> Value {
    let mesh = &scene.host.mesh;
    let peers: Vec<Value> = candidates(scene)
        .into_iter()
        .filter(|other| other.name != scene.host.name && joined(scene, other))
        .map(|other| peer(scene, other))
        .collect();
    json!({
        "interface": mesh.interface,
        "address": format!("{}/{}", mesh.address, mesh.network.prefix_len()),
        "listenPort": mesh.port,
        "privateKey": "wireguard-private",
        "peers": peers,
    })
}

/// Hosts that may be peers: a plain edge needs to look at the core only.
fn candidates<'a>(scene: &Scene<'a>) -> Vec<&'a ResolvedHost> {
    let plain_edge = scene.host.role_name() == RoleName::Edge && !backbone(scene.host);
    if plain_edge {
        return scene.fleet.hosts.get(&scene.fleet.core).into_iter().collect();
    }
    scene.fleet.hosts.values().collect()
}

/// Whether the two hosts speak to each other directly.
fn joined(scene: &Scene<'_>, other: &ResolvedHost) -> bool {
    use RoleName::{Core, Dmz, Edge, Gateway};
    match (scene.host.role_name(), other.role_name()) {
        (Core, _) | (_, Core) => true,
        (Gateway, Dmz) => federates(scene, other),
        (Dmz, Gateway) => federates(scene, scene.host),
        (Edge, Edge) => backbone(scene.host) && backbone(other),
        _ => false,
    }
}

fn federates(scene: &Scene<'_>, dmz: &ResolvedHost) -> bool {
    matches!(&dmz.role, Role::Dmz(dmz) if scene.fleet.is_linked(dmz))
}

fn backbone(host: &ResolvedHost) -> bool {
    matches!(&host.role, Role::Edge(edge) if edge.mode == MediaMode::Backbone)
}

fn peer(scene: &Scene<'_>, other: &ResolvedHost) -> Value {
    // An address of IPv6 stands in brackets.
    let endpoint = endpoint(scene, other).map(|address| SocketAddr::new(address, other.mesh.port.0));
    // Whoever dials keeps the way open through whatever translates addresses between the two.
    let keepalive = endpoint.as_ref().map(|_| scene.host.mesh.keepalive);
    json!({
        "name": other.name,
        "publicKey": other.host.tunnel_key,
        "allowedIPs": [format!("{}/32", other.host.tunnel_address)],
        "endpoint": endpoint,
        "persistentKeepalive": keepalive,
    })
}

/// Where this host dials the other: the core dials gateway and DMZ in their segment, edges at their public address; a
/// peer dials the core only at a public address. A DMZ host dials nobody: the gateway with which it federates dials it.
fn endpoint(scene: &Scene<'_>, other: &ResolvedHost) -> Option<IpAddr> {
    if scene.host.role_name() == RoleName::Dmz {
        return None;
    }
    let segment = scene.host.role_name() == RoleName::Core && other.role_name() != RoleName::Edge;
    let in_segment = other.host.lan.and_then(v4).filter(|_| segment).map(IpAddr::V4);
    in_segment.or_else(|| other.dialled_at())
}
