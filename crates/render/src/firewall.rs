//! The host's only nftables table, written from the list of flows.

use std::{
    fmt::{self, Write as _},
    net::Ipv4Addr,
};

use fleet::{Direction, Flow, Net, Party, Passage, Protocol};
use settings::host::{IpVersion, RoleName};
use values::Name;

use crate::scene::{Scene, v4};

/// The text of `table inet rampart`.
pub(crate) fn text(scene: &Scene<'_>) -> String {
    let through: Vec<&Flow> = flows(scene, Direction::Through).collect();
    let mut table = Table("table inet rampart {".to_owned());
    table.chain("input", "type filter hook input priority filter; policy drop;", |chain| input(scene, chain));
    table.chain("forward", "type filter hook forward priority filter; policy drop;", |chain| {
        forward(scene, &through, chain);
    });
    if !through.is_empty() {
        table.chain("prerouting", "type nat hook prerouting priority dstnat;", |chain| {
            prerouting(scene, &through, chain);
        });
    }
    let policy = if scene.host.role_name() == RoleName::Dmz { "drop" } else { "accept" };
    let hook = format!("type filter hook output priority filter; policy {policy};");
    table.chain("output", &hook, |chain| output(scene, chain));
    table.0 + "}\n"
}

fn flows<'a>(scene: &'a Scene<'_>, direction: Direction) -> impl Iterator<Item = &'a Flow> {
    scene
        .fleet
        .flows_of(&scene.host.name)
        .filter(move |flow| flow.direction(&scene.host.name) == Some(direction))
}

/// The text so far.
struct Table(String);

impl Table {
    /// A chain with its hook; `rules` writes what stands in it.
    fn chain(&mut self, name: &str, hook: &str, rules: impl FnOnce(&mut Chain<'_>)) {
        let _ = writeln!(self.0, "\n  chain {name} {{\n    {hook}");
        rules(&mut Chain(&mut self.0));
        self.0.push_str("  }\n");
    }
}

/// The chain that is being written.
struct Chain<'t>(&'t mut String);

impl Chain<'_> {
    fn rule(&mut self, rule: fmt::Arguments<'_>) {
        let _ = writeln!(self.0, "    {rule}");
    }

    fn rules<const N: usize>(&mut self, rules: [&str; N]) {
        for rule in rules {
            self.rule(format_args!("{rule}"));
        }
    }
}

fn input(scene: &Scene<'_>, chain: &mut Chain<'_>) {
    let tunnel = &scene.host.mesh.interface;
    chain.rules(["ct state invalid drop"]);
    // Nobody outside the tunnel speaks with an address of the tunnel.
    chain.rule(format_args!(
        "iifname != {{ \"lo\", \"{tunnel}\" }} ip saddr {} drop",
        scene.host.mesh.network
    ));
    chain.rules([
        "ct state { established, related } accept",
        "iifname \"lo\" accept",
        // Path MTU discovery and neighbour discovery: without them connections hang (RFC 4890).
        "icmp type { destination-unreachable, time-exceeded, parameter-problem } accept",
        "icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, \
         nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept",
    ]);
    if scene.host.host.router.is_none() {
        chain.rules([
            "udp sport 67 udp dport 68 accept comment \"DHCP\"",
            "ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept comment \"DHCPv6\"",
        ]);
    }
    for flow in flows(scene, Direction::In) {
        accept(scene, flow, chain);
    }
}

/// The rules that accept a flow; one for each address family that its sources have.
fn accept(scene: &Scene<'_>, flow: &Flow, chain: &mut Chain<'_>) {
    let interface = interface(scene, flow.net);
    let mut from = |source: fmt::Arguments<'_>| {
        chain.rule(format_args!("iifname \"{interface}\" {source}{}", Verdict(flow)));
    };
    match &flow.from {
        Party::Internet => from(format_args!("")),
        Party::Admins => admins(scene).iter().for_each(|source| from(format_args!("{source} "))),
        Party::Host(name) => {
            if let Some(source) = source(scene, name, flow) {
                from(format_args!("{source} "));
            }
        }
    }
}

/// This host's interface on that network.
fn interface<'s>(scene: &'s Scene<'_>, net: Net) -> &'s str {
    let host = &scene.host.host;
    match net {
        Net::Public => host.interface.as_str(),
        Net::Lan => host.lan_interface.as_str(),
        Net::Tunnel => scene.host.mesh.interface.as_str(),
    }
}

/// Matches on packets of another host, which dials this one's end of the tunnel by the address that is dialled.
fn source(scene: &Scene<'_>, of: &Name, flow: &Flow) -> Option<String> {
    if flow.dials_publicly() && scene.host.host.tunnel_endpoint == IpVersion::Ipv6 {
        return scene.machine(of)?.address6.map(|address| format!("ip6 saddr {address}"));
    }
    address(scene, of, flow.net).map(|address| format!("ip saddr {address}"))
}

/// Another host's address on that network.
fn address(scene: &Scene<'_>, of: &Name, net: Net) -> Option<Ipv4Addr> {
    let peer = scene.machine(of)?;
    match net {
        Net::Tunnel => Some(peer.tunnel_address),
        Net::Lan => peer.lan.and_then(v4),
        Net::Public => peer.address,
    }
}

/// Matches on the networks of administrators, one for each family.
fn admins(scene: &Scene<'_>) -> Vec<String> {
    let networks = &scene.host.base.admin_networks;
    let family = |v6: bool| {
        let list: Vec<String> = networks
            .iter()
            .filter(|network| network.address().is_ipv6() == v6)
            .map(|network| network.network().to_string())
            .collect();
        (!list.is_empty())
            .then(|| format!("{} saddr {{ {} }}", if v6 { "ip6" } else { "ip" }, list.join(", ")))
    };
    [family(false), family(true)].into_iter().flatten().collect()
}

/// What a flow goes to.
struct Ports<'f>(&'f Flow);

impl fmt::Display for Ports<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.protocol {
            Protocol::Icmp => f.write_str("icmp type echo-request"),
            protocol => write!(f, "{} dport {}", protocol.as_str(), self.0.ports),
        }
    }
}

/// The end of a rule that lets a flow pass: its ports, the verdict, whose it is and why.
struct Verdict<'f>(&'f Flow);

impl fmt::Display for Verdict<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Flow { unit, why, .. } = self.0;
        write!(f, "{} accept comment \"{unit}: {why}\"", Ports(self.0))
    }
}

fn forward(scene: &Scene<'_>, through: &[&Flow], chain: &mut Chain<'_>) {
    let host = &scene.host.host;
    chain.rules(["ct state invalid drop", "ct state { established, related } accept"]);
    for flow in through {
        if let Some(target) = target(scene, flow) {
            chain.rule(format_args!(
                "iifname \"{}\" oifname \"{}\" ip daddr {target} ct status dnat {}",
                host.interface,
                host.lan_interface,
                Verdict(flow)
            ));
        }
    }
}

fn prerouting(scene: &Scene<'_>, through: &[&Flow], chain: &mut Chain<'_>) {
    let host = &scene.host.host;
    let Some(public) = host.address else { return };
    for flow in through.iter().filter(|flow| matches!(flow.passage, Passage::Forward(_))) {
        if let Some(target) = target(scene, flow) {
            chain.rule(format_args!(
                "iifname \"{}\" ip daddr {public} {} dnat ip to {target}",
                host.interface,
                Ports(flow)
            ));
        }
    }
}

/// LAN address of the host that a forwarded flow ends at.
fn target(scene: &Scene<'_>, flow: &Flow) -> Option<Ipv4Addr> {
    match &flow.to {
        Party::Host(name) => address(scene, name, Net::Lan),
        Party::Admins | Party::Internet => None,
    }
}

/// What leaves the host. A DMZ host may open only what is listed.
fn output(scene: &Scene<'_>, chain: &mut Chain<'_>) {
    tunnel_only(scene, chain);
    if scene.host.role_name() == RoleName::Dmz {
        listed(scene, chain);
    }
}

/// What belongs into the tunnel never goes another way: neither while the tunnel is not there, when the default route
/// would take it out in clear, nor from a media server of the backbone, which tries every address of a client.
fn tunnel_only(scene: &Scene<'_>, chain: &mut Chain<'_>) {
    let mesh = &scene.host.mesh;
    let around = format!("oifname != {{ \"lo\", \"{}\" }} ip", mesh.interface);
    chain.rule(format_args!("{around} saddr {} drop", mesh.network));
    // The program that wanted it is told at once.
    chain.rule(format_args!("{around} daddr {} reject", mesh.network));
}

fn listed(scene: &Scene<'_>, chain: &mut Chain<'_>) {
    chain.rules([
        "ct state { established, related } accept",
        "oifname \"lo\" accept",
        "icmp type { destination-unreachable, time-exceeded, parameter-problem } accept",
        "icmpv6 type { packet-too-big, nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } accept",
    ]);
    if scene.host.host.router.is_none() {
        chain.rules(["udp sport 68 udp dport 67 accept comment \"DHCP\""]);
    }
    // Whatever is allowed towards the internet is not allowed towards the networks inside.
    chain.rule(format_args!(
        "oifname != \"{}\" ip daddr {{ {} }} reject",
        scene.host.mesh.interface,
        inside(scene).join(", ")
    ));
    for flow in flows(scene, Direction::Out) {
        open(scene, flow, chain);
    }
    chain.rules(["reject"]);
}

fn open(scene: &Scene<'_>, flow: &Flow, chain: &mut Chain<'_>) {
    let interface = interface(scene, flow.net);
    match &flow.to {
        Party::Internet if flow.unit == "resolver" => resolvers(scene, flow, chain),
        Party::Internet => {
            chain.rule(format_args!("oifname \"{}\" {}", scene.host.host.interface, Verdict(flow)));
        }
        Party::Admins => {}
        Party::Host(name) => {
            if let Some(address) = address(scene, name, flow.net) {
                chain.rule(format_args!("oifname \"{interface}\" ip daddr {address} {}", Verdict(flow)));
            }
        }
    }
}

/// Names are asked of the listed servers only; where none are listed, of whomever DHCP names.
fn resolvers(scene: &Scene<'_>, flow: &Flow, chain: &mut Chain<'_>) {
    let servers = &scene.host.base.name_servers;
    if servers.is_empty() {
        chain.rule(format_args!("oifname \"{}\" {}", scene.host.host.interface, Verdict(flow)));
    }
    for server in servers {
        let family = if server.is_ipv6() { "ip6" } else { "ip" };
        chain.rule(format_args!("{family} daddr {server} {}", Verdict(flow)));
    }
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
