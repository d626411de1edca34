//! Interfaces, names inside, and routes.

use std::collections::BTreeMap;

use fleet::{Direction, Net, Passage, Protocol, Relay, Role};
use serde_json::{Value, json};

use crate::{
    host::value,
    scene::{Scene, v4},
};

/// Routing table through which answers to forwarded media go back to the gateway.
const MEDIA_TABLE: u16 = 77;

/// The `network` of a host.
pub(crate) fn of(scene: &Scene<'_>) -> Value {
    let forwards = scene
        .fleet
        .flows_of(&scene.host.name)
        .any(|flow| flow.direction(&scene.host.name) == Some(Direction::Through));
    Value::from_iter([
        ("interfaces", interfaces(scene)),
        ("hosts", value(&names(scene))),
        ("forward", forwards.into()),
        ("reservedPorts", reserved(scene).join(",").into()),
        ("policyRoutes", policy_routes(scene).into()),
    ])
}

fn interfaces(scene: &Scene<'_>) -> Value {
    let host = &scene.host.host;
    let mut out = serde_json::Map::new();
    let public = host.address.is_some() || host.address6.is_some();
    let dns = &scene.host.base.name_servers;
    if public {
        // Without a router the provider's DHCP gives the address; the manifest only says which one it will be.
        let fixed = host.router.is_some();
        let v4 = host.address.map(|address| format!("{address}/{}", host.address_prefix));
        let v6 = host.address6.map(|address| format!("{address}/64"));
        let addresses: Vec<String> = v4.into_iter().filter(|_| fixed).chain(v6).collect();
        out.insert(
            "public".into(),
            json!({ "name": host.interface, "addresses": addresses, "gateway": host.router, "dhcp": !fixed, "dns": dns }),
        );
    }
    if let Some(lan) = host.lan {
        let router = host.router.filter(|_| !public);
        out.insert(
            "lan".into(),
            json!({
                "name": host.lan_interface, "addresses": [lan], "gateway": router, "dhcp": false, "dns": dns,
                "routes": segment_routes(scene),
            }),
        );
    }
    Value::Object(out)
}

/// The way back to the core, which dials this host in its segment. By the default route the answers would leave through
/// the public interface, with another source address.
fn segment_routes(scene: &Scene<'_>) -> Vec<Value> {
    let host = &scene.host.host;
    let core = scene.machine(&scene.fleet.core).and_then(|core| core.lan);
    match (host.lan, host.lan_router, core) {
        (Some(own), Some(via), Some(core)) if own.network() != core.network() => {
            vec![json!({ "to": core.network(), "via": via })]
        }
        _ => Vec::new(),
    }
}

/// Names that resolve to tunnel addresses: whatever the core calls stays inside, and so does what a DMZ host that
/// federates with the core sends there, because the gateway admits it by its tunnel address.
fn names(scene: &Scene<'_>) -> BTreeMap<String, Vec<String>> {
    let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let is_core = match &scene.host.role {
        Role::Core(_) => true,
        Role::Dmz(dmz) if scene.fleet.is_linked(dmz) => false,
        _ => return out,
    };
    if let (Some(gateway), Some((_, core))) = (scene.gateway_tunnel(), scene.fleet.core()) {
        let inside = [&core.server_name, &core.client_domain].map(ToString::to_string);
        out.entry(gateway.to_string()).or_default().extend(inside);
    }
    if !is_core {
        return out;
    }
    for focus in &scene.fleet.foci {
        for door in &focus.door_addresses {
            out.entry(door.to_string()).or_default().push(focus.domain.to_string());
        }
    }
    for (dmz, settings) in scene.fleet.dmzs() {
        out.entry(dmz.host.tunnel_address.to_string()).or_default().push(settings.domain.to_string());
    }
    out
}

/// Port ranges that the kernel must not give to outgoing connections.
fn reserved(scene: &Scene<'_>) -> Vec<String> {
    let mut ranges = Vec::new();
    let mut add = |first: values::Port, last: values::Port| ranges.push(format!("{first}-{last}"));
    if let Some(livekit) = scene.host.livekit() {
        add(livekit.rtc_port_first, livekit.rtc_port_last);
    }
    if let Some(turn) = scene.host.turn() {
        add(turn.relay_port_first, turn.relay_port_last);
    }
    if let Role::Edge(edge) = &scene.host.role
        && scene.host.relay() == Some(Relay::Own)
    {
        add(edge.relay_port_first, edge.relay_port_last);
    }
    ranges.sort();
    ranges
}

/// The core answers forwarded media through the gateway, which changed only the destination.
fn policy_routes(scene: &Scene<'_>) -> Vec<Value> {
    let Some(gateway) = scene.machine(&scene.fleet.gateway).and_then(|gateway| v4(gateway.lan?)) else {
        return Vec::new();
    };
    let Some(own) = scene.lan_address() else { return Vec::new() };
    scene
        .fleet
        .flows_of(&scene.host.name)
        .filter(|flow| flow.direction(&scene.host.name) == Some(Direction::In))
        .filter(|flow| matches!(flow.passage, Passage::Forward(_)) && flow.net == Net::Lan)
        .filter(|flow| flow.protocol != Protocol::Icmp)
        .map(|flow| {
            json!({
                "protocol": flow.protocol, "sourcePorts": flow.ports.to_string(),
                "from": own, "via": gateway, "table": MEDIA_TABLE,
            })
        })
        .collect()
}
