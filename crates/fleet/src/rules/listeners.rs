//! Every port on which something listens, host by host, with the option that moves it.
//!
//! Flows say what may arrive from elsewhere; listeners also hold what only the host itself reaches. The ports without
//! an option are those of `docs/architecture.md`.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use diag::{Diagnostic, Kind, Place, Report};
use settings::{core::Core, edge::Edge, host::RoleName, livekit::Livekit, turn::Turn};
use values::{Name, Port, PortRange};

use super::blame::{self, blame};
use crate::{Flow, Passage, Protocol, Relay, Resolved, ResolvedHost, Role, ports};
use Protocol::{Tcp, Udp};

/// Something that listens. There are ten on each host, so nothing here owns a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listener<'f> {
    /// Unit that listens.
    pub(super) unit: Unit<'f>,
    /// What for.
    pub(super) what: &'static str,
    /// Transport protocol.
    pub(super) protocol: Protocol,
    /// Where.
    pub(super) ports: PortRange,
    /// The option that moves it; of a range, that of the first port.
    pub(super) option: Option<Key>,
    /// Host to which a gateway passes on what it takes here.
    pub(super) for_host: Option<&'f ResolvedHost>,
    /// Whether only the tunnel or the host itself may reach it.
    pub(super) private: bool,
}

/// Name of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit<'f> {
    /// A unit that exists once.
    One(&'static str),
    /// A unit for each of several things: the part before the name, and the name.
    For(&'static str, &'f Name),
}

/// An option below a host's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// Role, when it is an option of one.
    role: Option<RoleName>,
    option: &'static str,
}

impl fmt::Display for Unit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(name) => f.write_str(name),
            Self::For(before, name) => write!(f, "{before}{name}"),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.role {
            Some(role) => write!(f, "{role}.{}", self.option),
            None => f.write_str(self.option),
        }
    }
}

impl Listener<'_> {
    /// For messages: "livekit (media)".
    pub(super) fn named(&self) -> String {
        match self.for_host {
            Some(host) => format!("{} of `{}` ({})", self.unit, host.name, self.what),
            None => format!("{} ({})", self.unit, self.what),
        }
    }

    /// Whether it is one port, not a range to choose from.
    pub(super) fn is_single(&self) -> bool {
        self.ports.first == self.ports.last
    }

    /// Whether another host listens; two such clash there already.
    fn is_passed_on(&self) -> bool {
        self.for_host.is_some()
    }

    /// Whether the manifest sets its port; anything else is the default.
    pub(super) fn is_set(&self, fleet: &Resolved, host: &ResolvedHost) -> bool {
        self.paths(host).iter().any(|path| fleet.places.has(path))
    }

    /// Where its port is set, else the table of the host.
    pub(super) fn place(&self, fleet: &Resolved, host: &ResolvedHost) -> Option<Place> {
        let paths = self.paths(host);
        let set = paths.iter().find(|path| fleet.places.has(path));
        let table = || fleet.places.key(&format!("host.{}", self.for_host.unwrap_or(host).name));
        set.map_or_else(table, |path| fleet.places.value(path))
    }

    /// Where the manifest may set it: of a range, either end.
    fn paths(&self, host: &ResolvedHost) -> Vec<String> {
        let Some(option) = self.option.map(|key| key.to_string()) else { return Vec::new() };
        let last = option.strip_suffix("first").map(|stem| format!("{stem}last"));
        let owner = self.for_host.unwrap_or(host);
        std::iter::once(option).chain(last).flat_map(|option| owner.paths(&option)).collect()
    }
}

/// All listeners of `host`, sorted by protocol and port.
pub(super) fn of<'f>(fleet: &'f Resolved, host: &'f ResolvedHost) -> Vec<Listener<'f>> {
    let mut list = List { role: host.host.role, listeners: Vec::new() };
    list.fixed(Unit::One("sshd"), "administration", ports::SSH, Reach::Public);
    let tunnel = Key { role: None, option: "mesh.port" };
    list.add(Unit::One("wg-fleet"), "tunnel", (Udp, one(host.mesh.port)), Some(tunnel), Reach::Public);
    if !matches!(host.role, Role::Core(_)) {
        list.fixed(Unit::One("traefik"), "redirect to HTTPS", ports::HTTP, Reach::Public);
        list.fixed(Unit::One("traefik"), "HTTPS", ports::HTTPS, Reach::Public);
    }
    match &host.role {
        Role::Gateway(_) => {
            list.private("rampart-answer");
            list.listeners.extend(passed_on(fleet, host));
        }
        Role::Core(core) => list.core(fleet, host, core),
        Role::Edge(edge) => list.edge(edge),
        Role::Dmz(_) => {
            for unit in ["rampart-guard", "rampart-broker", "rampart-enrol", "rampart-answer"] {
                list.private(unit);
            }
        }
    }
    list.listeners.sort_by_key(|listener| (listener.protocol, listener.ports));
    list.listeners
}

/// The core's ports that the gateway takes in its place.
fn passed_on<'f>(fleet: &'f Resolved, gateway: &ResolvedHost) -> Vec<Listener<'f>> {
    let is_passed = |flow: &&Flow| matches!(&flow.passage, Passage::Forward(name) if *name == gateway.name);
    let passed: Vec<_> = fleet.flows_of(&gateway.name).filter(is_passed).collect();
    let Some(core) = fleet.core().map(|(core, _)| core).filter(|_| !passed.is_empty()) else {
        return Vec::new();
    };
    let takes = |listener: &Listener<'_>| {
        passed.iter().any(|flow| (flow.protocol, flow.ports) == (listener.protocol, listener.ports))
    };
    let on_core = of(fleet, core).into_iter().filter(|listener| !listener.private && takes(listener));
    on_core.map(|listener| Listener { for_host: Some(core), ..listener }).collect()
}

/// Who may reach a port.
#[derive(Clone, Copy, PartialEq)]
enum Reach {
    Public,
    Private,
}

struct List<'f> {
    role: RoleName,
    listeners: Vec<Listener<'f>>,
}

impl<'f> List<'f> {
    fn add(
        &mut self,
        unit: Unit<'f>,
        what: &'static str,
        (protocol, ports): (Protocol, PortRange),
        option: Option<Key>,
        reach: Reach,
    ) {
        let private = reach == Reach::Private;
        self.listeners.push(Listener { unit, what, protocol, ports, option, for_host: None, private });
    }

    /// A TCP port that no option moves.
    fn fixed(&mut self, unit: Unit<'f>, what: &'static str, port: u16, reach: Reach) {
        self.add(unit, what, (Tcp, PortRange::one(port)), None, reach);
    }

    /// The private ports of a unit that no option moves.
    fn private(&mut self, unit: &'static str) {
        for private in ports::private_of(unit) {
            self.fixed(Unit::One(unit), private.what, private.port, Reach::Private);
        }
    }

    /// A port that an option below the role's table sets.
    fn set(
        &mut self,
        unit: &'static str,
        what: &'static str,
        at: (Protocol, PortRange),
        option: &'static str,
        reach: Reach,
    ) {
        let key = Key { role: Some(self.role), option };
        self.add(Unit::One(unit), what, at, Some(key), reach);
    }

    fn core(&mut self, fleet: &'f Resolved, host: &ResolvedHost, core: &Core) {
        self.private("rampart-guard");
        if host.audit.reads_directly() {
            self.private("tuwunel");
        }
        self.private("rampart-steer");
        if fleet.dmzs().next().is_some() {
            self.private("rampart-bot");
        }
        for focus in &fleet.foci {
            let unit = Unit::For("rampart-jwt@", &focus.name);
            self.fixed(unit, "token service", focus.token_port, Reach::Private);
        }
        for cluster in &fleet.clusters {
            let unit = Unit::For("redis-", &cluster.name);
            self.fixed(unit, "nodes of a cluster", cluster.redis_port, Reach::Private);
        }
        if core.public_media {
            self.livekit(&core.livekit, true);
            self.coturn(&core.turn);
        }
    }

    fn edge(&mut self, edge: &Edge) {
        let relay = Relay::from(edge);
        self.livekit(&edge.livekit, relay != Relay::Backbone);
        if relay.is_coturn() {
            self.coturn(&edge.turn);
            return;
        }
        self.set("livekit", "TURN", (Udp, one(edge.turn.port)), "turn.port", Reach::Public);
        let tls = (Tcp, one(edge.turn.tls_port));
        self.set("livekit", "TURN over TLS", tls, "turn.tls-port", Reach::Private);
        let relay = (Udp, PortRange::new(edge.relay_port_first.0, edge.relay_port_last.0));
        self.set("livekit", "relayed media", relay, "relay-port-first", Reach::Public);
    }

    fn livekit(&mut self, livekit: &Livekit, over_tcp: bool) {
        let signalling = (Tcp, one(livekit.signal_port));
        self.set("livekit", "signalling", signalling, "livekit.signal-port", Reach::Private);
        self.private("livekit");
        if over_tcp && livekit.tcp_port.0 != 0 {
            let media = (Tcp, one(livekit.tcp_port));
            self.set("livekit", "media over TCP", media, "livekit.tcp-port", Reach::Public);
        }
        let media = (Udp, PortRange::new(livekit.rtc_port_first.0, livekit.rtc_port_last.0));
        self.set("livekit", "media", media, "livekit.rtc-port-first", Reach::Public);
    }

    fn coturn(&mut self, turn: &Turn) {
        for protocol in [Udp, Tcp] {
            self.set("coturn", "TURN", (protocol, one(turn.port)), "turn.port", Reach::Public);
        }
        self.set("coturn", "TURN over TLS", (Tcp, one(turn.tls_port)), "turn.tls-port", Reach::Private);
        let relay = (Udp, PortRange::new(turn.relay_port_first.0, turn.relay_port_last.0));
        self.set("coturn", "relayed media", relay, "turn.relay-port-first", Reach::Public);
    }
}

fn one(port: Port) -> PortRange {
    PortRange::one(port.0)
}

/// Complains about every two listeners of one host that use the same port, if `kind` makes a complaint of them and the
/// names of the hosts. The second one given to it is one that the manifest moves, where there is one.
pub(super) fn report_clashes(
    fleet: &Resolved,
    report: &mut Report,
    kind: impl Fn(String, &Listener<'_>, &Listener<'_>) -> Option<Kind>,
) {
    // A line of a fleet-wide table can make the same two programs clash on every host; that is one complaint.
    let mut same: HashMap<_, (Vec<&ResolvedHost>, Listener<'_>, Listener<'_>)> = HashMap::new();
    for host in fleet.hosts.values() {
        let listeners = of(fleet, host);
        for (a, b) in clashes(&listeners) {
            let (first, second) = if b.is_set(fleet, host) { (a, b) } else { (b, a) };
            let key = (second.place(fleet, host), first.named(), second.named());
            let group = same.entry(key).or_insert_with(|| (Vec::new(), *first, *second));
            group.0.push(host);
        }
    }
    // The report puts them in order.
    for ((place, ..), (hosts, first, second)) in same {
        let Some(host) = hosts.first() else { continue };
        let Some(kind) = kind(blame::hosts(&hosts), &first, &second) else { continue };
        let other = first.place(fleet, host).filter(|_| first.is_set(fleet, host));
        let complaint = Diagnostic::new(kind).at(place).also(other, "the other one");
        report.push(if hosts.len() == 1 { complaint.on(host.name.as_str()) } else { complaint });
    }
}

/// Each listener is compared with the one that reaches furthest before it, so that a core with thousands of token
/// services costs no more than sorting them.
fn clashes<'l, 'f>(listeners: &'l [Listener<'f>]) -> Vec<(&'l Listener<'f>, &'l Listener<'f>)> {
    let mut clashes = Vec::new();
    let mut furthest: Option<&Listener<'_>> = None;
    for listener in listeners {
        let before = furthest.filter(|before| before.protocol == listener.protocol);
        let clash = before.filter(|before| {
            before.ports.overlaps(&listener.ports) && !(before.is_passed_on() && listener.is_passed_on())
        });
        clashes.extend(clash.map(|before| (before, listener)));
        if before.is_none_or(|before| before.ports.last < listener.ports.last) {
            furthest = Some(listener);
        }
    }
    clashes
}

/// Complains about each option that puts a listener on a port of which `bad` is true.
pub(super) fn blame_ports(
    fleet: &Resolved,
    report: &mut Report,
    bad: impl Fn(&Listener<'_>) -> bool,
    kind: impl Fn(String, &str, &Listener<'_>) -> Kind,
) {
    let mut options: BTreeMap<Key, (Listener<'_>, Vec<&ResolvedHost>)> = BTreeMap::new();
    for host in fleet.hosts.values() {
        for listener in of(fleet, host).into_iter().filter(|l| l.for_host.is_none() && bad(l)) {
            let Some(key) = listener.option else { continue };
            let (_, hosts) = options.entry(key).or_insert_with(|| (listener, Vec::new()));
            if hosts.last().is_none_or(|last| last.name != host.name) {
                hosts.push(host);
            }
        }
    }
    for (key, (listener, hosts)) in options {
        let option = key.to_string();
        blame(fleet, report, &option, hosts, |_, names| kind(names, &option, &listener));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Party;

    const EXAMPLE: &str = include_str!("../../../../hosts/fleet.toml");

    /// Two lists of ports that are derived apart must not drift apart.
    #[test]
    fn every_flow_to_a_host_ends_at_a_listener() {
        for mode in ["multi-sfu", "cluster", "backbone"] {
            let text = EXAMPLE.replace("mode = \"cluster\"", &format!("mode = \"{mode}\""));
            let input = manifest::Input { name: "fleet.toml".to_owned(), bytes: text.into_bytes() };
            let parsed = manifest::parse(manifest::Files { fleet: input, ..manifest::Files::default() });
            let fleet = crate::resolve(parsed.written).0.unwrap();
            let arriving = fleet.flows.iter().filter(|flow| flow.protocol != Protocol::Icmp);
            for (flow, host) in arriving.filter_map(|flow| match &flow.to {
                Party::Host(name) => Some((flow, &fleet.hosts[name])),
                Party::Admins | Party::Internet => None,
            }) {
                let found = of(&fleet, host).into_iter().any(|listener| {
                    (&listener.unit.to_string(), listener.protocol, listener.ports)
                        == (&flow.unit, flow.protocol, flow.ports)
                });
                assert!(found, "{mode}: {flow:?}");
            }
        }
    }
}
