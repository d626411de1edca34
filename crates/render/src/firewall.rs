//! The host's only nftables table, written from the list of flows.

use std::fmt::Write as _;

use fleet::{Direction, Flow, Net, Party, Passage, Protocol};
use settings::host::RoleName;

use crate::scene::{Scene, v4};

/// The text of `table inet rampart`.
pub(crate) fn text(scene: &Scene<'_>) -> String {
    let mut chains = vec![input(scene)];
    let through: Vec<&Flow> = flows(scene, Direction::Through).collect();
    chains.push(forward(scene, &through));
    if !through.is_empty() {
        chains.push(prerouting(scene, &through));
    }
    chains.push(output(scene));
    format!("table inet rampart {{\n{}}}\n", chains.join("\n"))
}

fn flows<'a>(scene: &'a Scene<'_>, direction: Direction) -> impl Iterator<Item = &'a Flow> {
    scene
        .fleet
        .flows_of(&scene.host.name)
        .filter(move |flow| flow.direction(&scene.host.name) == Some(direction))
}

/// A chain with its hook and rules.
fn chain(name: &str, hook: &str, rules: &[String]) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "  chain {name} {{\n    {hook}");
    for rule in rules {
        let _ = writeln!(out, "    {rule}");
    }
    out.push_str("  }\n");
    out
}

fn input(scene: &Scene<'_>) -> String {
    let tunnel = &scene.host.mesh.interface;
    let mut rules = vec![
        "ct state invalid drop".to_owned(),
        // Nobody outside the tunnel speaks with an address of the tunnel.
        format!("iifname != {{ \"lo\", \"{tunnel}\" }} ip saddr {} drop", scene.host.mesh.network),
        "ct state { established, related } accept".to_owned(),
        "iifname \"lo\" accept".to_owned(),
        // Path MTU discovery and neighbour discovery: without them connections hang (RFC 4890).
        "icmp type { destination-unreachable, time-exceeded, parameter-problem } accept".to_owned(),
        "icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, \
         nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept"
            .to_owned(),
    ];
    if scene.host.host.router.is_none() {
        rules.push("udp sport 67 udp dport 68 accept comment \"DHCP\"".to_owned());
        rules.push("ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept comment \"DHCPv6\"".to_owned());
    }
    rules.extend(flows(scene, Direction::In).flat_map(|flow| accept(scene, flow)));
    chain("input", "type filter hook input priority filter; policy drop;", &rules)
}

/// The rules that accept a flow; one for each address family that its sources have.
fn accept(scene: &Scene<'_>, flow: &Flow) -> Vec<String> {
    let host = &scene.host.host;
    let interface = match flow.net {
        Net::Public => host.interface.as_str(),
        Net::Lan => host.lan_interface.as_str(),
        Net::Tunnel => scene.host.mesh.interface.as_str(),
    };
    let (ports, Flow { unit, why, .. }) = (ports(flow), flow);
    sources(scene, flow)
        .into_iter()
        .map(|source| format!("iifname \"{interface}\" {source}{ports} accept comment \"{unit}: {why}\""))
        .collect()
}

/// Matches on the source, each with a final blank; one empty match for anybody.
fn sources(scene: &Scene<'_>, flow: &Flow) -> Vec<String> {
    match &flow.from {
        Party::Internet => vec![String::new()],
        Party::Admins => admins(scene),
        Party::Host(name) => {
            let Some(peer) = scene.machine(name) else { return Vec::new() };
            let address = match flow.net {
                Net::Tunnel => Some(peer.tunnel_address),
                Net::Lan => peer.lan.and_then(v4),
                Net::Public => peer.address,
            };
            address.map(|address| format!("ip saddr {address} ")).into_iter().collect()
        }
    }
}

fn admins(scene: &Scene<'_>) -> Vec<String> {
    let networks = &scene.host.base.admin_networks;
    let family = |v6: bool| {
        let list: Vec<String> = networks
            .iter()
            .filter(|network| network.address().is_ipv6() == v6)
            .map(|network| network.network().to_string())
            .collect();
        (!list.is_empty())
            .then(|| format!("{} saddr {{ {} }} ", if v6 { "ip6" } else { "ip" }, list.join(", ")))
    };
    [family(false), family(true)].into_iter().flatten().collect()
}

fn ports(flow: &Flow) -> String {
    match flow.protocol {
        Protocol::Icmp => "icmp type echo-request".to_owned(),
        protocol => format!("{} dport {}", protocol.as_str(), flow.ports),
    }
}

fn forward(scene: &Scene<'_>, through: &[&Flow]) -> String {
    let host = &scene.host.host;
    let mut rules =
        vec!["ct state invalid drop".to_owned(), "ct state { established, related } accept".to_owned()];
    for flow in through {
        if let Some(target) = target(scene, flow) {
            rules.push(format!(
                "iifname \"{}\" oifname \"{}\" ip daddr {target} ct status dnat {} accept comment \"{}: {}\"",
                host.interface,
                host.lan_interface,
                ports(flow),
                flow.unit,
                flow.why
            ));
        }
    }
    chain("forward", "type filter hook forward priority filter; policy drop;", &rules)
}

fn prerouting(scene: &Scene<'_>, through: &[&Flow]) -> String {
    let host = &scene.host.host;
    let Some(public) = host.address else { return String::new() };
    let rules: Vec<String> = through
        .iter()
        .filter(|flow| matches!(flow.passage, Passage::Forward(_)))
        .filter_map(|flow| {
            let target = target(scene, flow)?;
            let interface = &host.interface;
            Some(format!("iifname \"{interface}\" ip daddr {public} {} dnat ip to {target}", ports(flow)))
        })
        .collect();
    chain("prerouting", "type nat hook prerouting priority dstnat;", &rules)
}

/// LAN address of the host that a forwarded flow ends at.
fn target(scene: &Scene<'_>, flow: &Flow) -> Option<std::net::Ipv4Addr> {
    match &flow.to {
        Party::Host(name) => scene.machine(name)?.lan.and_then(v4),
        Party::Admins | Party::Internet => None,
    }
}

/// What leaves the host. A DMZ host may open only what is listed.
fn output(scene: &Scene<'_>) -> String {
    let mut rules = tunnel_only(scene);
    if scene.host.role_name() != RoleName::Dmz {
        return chain("output", "type filter hook output priority filter; policy accept;", &rules);
    }
    rules.extend(listed(scene));
    chain("output", "type filter hook output priority filter; policy drop;", &rules)
}

/// What belongs into the tunnel never goes another way: neither while the tunnel is not there, when the default route
/// would take it out in clear, nor from a media server of the backbone, which tries every address of a client.
fn tunnel_only(scene: &Scene<'_>) -> Vec<String> {
    let mesh = &scene.host.mesh;
    let around = format!("oifname != {{ \"lo\", \"{}\" }} ip", mesh.interface);
    vec![
        format!("{around} saddr {} drop", mesh.network),
        // The program that wanted it is told at once.
        format!("{around} daddr {} reject", mesh.network),
    ]
}

fn listed(scene: &Scene<'_>) -> Vec<String> {
    let mut rules = vec![
        "ct state { established, related } accept".to_owned(),
        "oifname \"lo\" accept".to_owned(),
        "icmp type { destination-unreachable, time-exceeded, parameter-problem } accept".to_owned(),
        "icmpv6 type { packet-too-big, nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } accept"
            .to_owned(),
    ];
    if scene.host.host.router.is_none() {
        rules.push("udp sport 68 udp dport 67 accept comment \"DHCP\"".to_owned());
    }
    // Whatever is allowed towards the internet is not allowed towards the networks inside.
    rules.push(format!(
        "oifname != \"{}\" ip daddr {{ {} }} reject",
        scene.host.mesh.interface,
        inside(scene).join(", ")
    ));
    for flow in flows(scene, Direction::Out) {
        rules.extend(open(scene, flow));
    }
    rules.push("reject".to_owned());
    rules
}

fn open(scene: &Scene<'_>, flow: &Flow) -> Vec<String> {
    let verdict = format!("{} accept comment \"{}: {}\"", ports(flow), flow.unit, flow.why);
    let towards = |interface: &str, address: Option<std::net::Ipv4Addr>| {
        address
            .map(|address| format!("oifname \"{interface}\" ip daddr {address} {verdict}"))
            .into_iter()
            .collect()
    };
    match &flow.to {
        Party::Internet if flow.unit == "resolver" => resolvers(scene, &verdict),
        Party::Internet => vec![format!("oifname \"{}\" {verdict}", scene.host.host.interface)],
        Party::Admins => Vec::new(),
        Party::Host(name) => {
            let Some(peer) = scene.machine(name) else { return Vec::new() };
            match flow.net {
                Net::Tunnel => towards(scene.host.mesh.interface.as_str(), Some(peer.tunnel_address)),
                Net::Lan => towards(scene.host.host.lan_interface.as_str(), peer.lan.and_then(v4)),
                Net::Public => towards(scene.host.host.interface.as_str(), peer.address),
            }
        }
    }
}

/// Names are asked of the listed servers only; where none are listed, of whomever DHCP names.
fn resolvers(scene: &Scene<'_>, verdict: &str) -> Vec<String> {
    let servers = &scene.host.base.name_servers;
    if servers.is_empty() {
        return vec![format!("oifname \"{}\" {verdict}", scene.host.host.interface)];
    }
    servers
        .iter()
        .map(|server| {
            let family = if server.is_ipv6() { "ip6" } else { "ip" };
            format!("{family} daddr {server} {verdict}")
        })
        .collect()
}

/// LAN networks of the other hosts, and the tunnel.
fn inside(scene: &Scene<'_>) -> Vec<String> {
    let mut networks: Vec<String> = scene
        .fleet
        .hosts
        .values()
        .filter(|other| other.name != scene.host.name)
        .filter_map(|other| other.host.lan)
        .map(|lan| lan.network().to_string())
        .chain([scene.host.mesh.network.to_string()])
        .collect();
    networks.sort();
    networks.dedup();
    networks
}
