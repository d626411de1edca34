//! Every port on which something listens, host by host, with the option that moves it.
//!
//! Flows say what may arrive from elsewhere; listeners also hold what only the host itself reaches. The ports without
//! an option are those of `docs/architecture.md`.

use diag::{Diagnostic, Kind, Place, Report};
use settings::{audit::AuditReads, core::Core, edge::Edge, livekit::Livekit, region::MediaMode, turn::Turn};
use values::{Name, Port, PortRange};

use crate::{Flow, Party, Passage, Protocol, Resolved, ResolvedHost, Role};
use Protocol::{Tcp, Udp};

/// Something that listens.
#[derive(Debug, Clone)]
pub(super) struct Listener {
    /// Unit that listens.
    pub(super) unit: String,
    /// What for.
    pub(super) what: &'static str,
    /// Transport protocol.
    pub(super) protocol: Protocol,
    /// Where.
    pub(super) ports: PortRange,
    /// The option that moves it, below the host's table.
    pub(super) option: Option<String>,
    /// Host whose option that is, when it is not the listening one.
    pub(super) owner: Option<Name>,
    /// Whether it may be reached from the tunnel or the host itself only.
    pub(super) private: bool,
}

impl Listener {
    /// For messages: "livekit (media)".
    pub(super) fn named(&self) -> String {
        format!("{} ({})", self.unit, self.what)
    }

    /// Whether it is one port, not a range to choose from.
    pub(super) fn is_single(&self) -> bool {
        self.ports.first == self.ports.last
    }

    /// Whether the manifest sets its port; anything else is the default.
    pub(super) fn is_set(&self, fleet: &Resolved, host: &ResolvedHost) -> bool {
        let owner = self.owner(fleet, host);
        self.option
            .as_ref()
            .is_some_and(|option| owner.paths(option).iter().any(|path| fleet.places.has(path)))
    }

    /// Where its port is set, else the table of the host.
    pub(super) fn place(&self, fleet: &Resolved, host: &ResolvedHost) -> Option<Place> {
        fleet.place(self.owner(fleet, host), self.option.as_deref().unwrap_or("role"))
    }

    fn owner<'f>(&self, fleet: &'f Resolved, host: &'f ResolvedHost) -> &'f ResolvedHost {
        self.owner.as_ref().and_then(|owner| fleet.hosts.get(owner)).unwrap_or(host)
    }
}

/// All listeners of `host`, sorted by protocol and port.
pub(super) fn of(fleet: &Resolved, host: &ResolvedHost) -> Vec<Listener> {
    let mut list = List { role: host.host.role.as_str(), listeners: Vec::new() };
    list.fixed("sshd", "administration", Tcp, 22, false);
    list.add(
        "wg-fleet",
        "tunnel",
        Udp,
        PortRange::one(host.mesh.port.0),
        Some("mesh.port".to_owned()),
        false,
    );
    if !matches!(host.role, Role::Core(_)) {
        list.fixed("traefik", "redirect to HTTPS", Tcp, 80, false);
        list.fixed("traefik", "HTTPS", Tcp, 443, false);
    }
    match &host.role {
        Role::Gateway(_) => list.fixed("rampart-answer", "refusals, discovery", Tcp, 8050, true),
        Role::Core(core) => list.core(fleet, host, core),
        Role::Edge(edge) => list.edge(edge),
        Role::Dmz(_) => {
            list.fixed("rampart-guard", "client API", Tcp, 8010, true);
            list.fixed("rampart-broker", "enrolment", Tcp, 8030, true);
            list.fixed("rampart-enrol", "enrolment page", Tcp, 8040, true);
            list.fixed("rampart-answer", "refusals, discovery", Tcp, 8050, true);
        }
    }
    let mut listeners = list.listeners;
    if matches!(host.role, Role::Gateway(_)) {
        listeners.extend(forwarded(fleet, host));
    }
    listeners.sort_by_key(|listener| (listener.protocol, listener.ports));
    listeners
}

/// The core's ports that the gateway takes in its place.
fn forwarded(fleet: &Resolved, gateway: &ResolvedHost) -> Vec<Listener> {
    let passes = |flow: &&Flow| matches!(&flow.passage, Passage::Forward(name) if *name == gateway.name);
    let mut flows = fleet.flows.iter().filter(passes).peekable();
    let Some(core) = flows.peek().and_then(|flow| match &flow.to {
        Party::Host(name) => fleet.hosts.get(name),
        Party::Admins | Party::Internet => None,
    }) else {
        return Vec::new();
    };
    let own = of(fleet, core);
    flows
        .filter_map(|flow| {
            let same =
                |l: &&Listener| (l.protocol, l.ports, &l.unit) == (flow.protocol, flow.ports, &flow.unit);
            let listener = own.iter().find(same)?.clone();
            Some(Listener {
                unit: format!("{} of `{}`", listener.unit, core.name),
                owner: Some(core.name.clone()),
                ..listener
            })
        })
        .collect()
}

struct List {
    role: &'static str,
    listeners: Vec<Listener>,
}

impl List {
    fn add(
        &mut self,
        unit: &str,
        what: &'static str,
        protocol: Protocol,
        ports: PortRange,
        option: Option<String>,
        private: bool,
    ) {
        self.listeners.push(Listener {
            unit: unit.to_owned(),
            what,
            protocol,
            ports,
            option,
            owner: None,
            private,
        });
    }

    fn fixed(&mut self, unit: &str, what: &'static str, protocol: Protocol, port: u16, private: bool) {
        self.add(unit, what, protocol, PortRange::one(port), None, private);
    }

    /// A port that an option below the role's table sets.
    fn set(
        &mut self,
        unit: &str,
        what: &'static str,
        protocol: Protocol,
        ports: PortRange,
        option: &str,
        private: bool,
    ) {
        let option = format!("{}.{option}", self.role);
        self.add(unit, what, protocol, ports, Some(option), private);
    }

    fn core(&mut self, fleet: &Resolved, host: &ResolvedHost, core: &Core) {
        self.fixed("rampart-guard", "client API", Tcp, 8010, true);
        if host.audit.enable && host.audit.reads == AuditReads::Direct {
            self.fixed("tuwunel", "direct reads", Tcp, 8011, true);
        }
        self.fixed("rampart-steer", "steering", Tcp, 8020, true);
        for focus in &fleet.foci {
            self.fixed(&format!("rampart-jwt@{}", focus.name), "token service", Tcp, focus.token_port, true);
        }
        for cluster in &fleet.clusters {
            self.fixed(
                &format!("redis-{}", cluster.name),
                "nodes of a cluster",
                Tcp,
                cluster.redis_port,
                true,
            );
        }
        self.livekit(&core.livekit, true);
        if core.public_media {
            self.coturn(&core.turn);
        }
    }

    fn edge(&mut self, edge: &Edge) {
        let backbone = edge.mode == MediaMode::Backbone;
        self.livekit(&edge.livekit, !backbone);
        if backbone {
            self.coturn(&edge.turn);
            return;
        }
        let (turn, tls) = (one(edge.turn.port), one(edge.turn.tls_port));
        self.set("livekit", "TURN", Udp, turn, "turn.port", false);
        self.set("livekit", "TURN over TLS", Tcp, tls, "turn.tls-port", true);
        let relay = PortRange::new(edge.relay_port_first.0, edge.relay_port_last.0);
        self.set("livekit", "relayed media", Udp, relay, "relay-port-first", false);
    }

    fn livekit(&mut self, livekit: &Livekit, over_tcp: bool) {
        self.set("livekit", "signalling", Tcp, one(livekit.signal_port), "livekit.signal-port", true);
        if over_tcp && livekit.tcp_port.0 != 0 {
            self.set("livekit", "media over TCP", Tcp, one(livekit.tcp_port), "livekit.tcp-port", false);
        }
        let media = PortRange::new(livekit.rtc_port_first.0, livekit.rtc_port_last.0);
        self.set("livekit", "media", Udp, media, "livekit.rtc-port-first", false);
    }

    fn coturn(&mut self, turn: &Turn) {
        for protocol in [Udp, Tcp] {
            self.set("coturn", "TURN", protocol, one(turn.port), "turn.port", false);
        }
        self.set("coturn", "TURN over TLS", Tcp, one(turn.tls_port), "turn.tls-port", true);
        let relay = PortRange::new(turn.relay_port_first.0, turn.relay_port_last.0);
        self.set("coturn", "relayed media", Udp, relay, "turn.relay-port-first", false);
    }
}

fn one(port: Port) -> PortRange {
    PortRange::one(port.0)
}

/// Complains about every two listeners of one host that use the same port, if `kind` makes a complaint of them. The
/// second one given to it is one that the manifest moves, where there is one.
pub(super) fn report_clashes(
    fleet: &Resolved,
    report: &mut Report,
    kind: impl Fn(&ResolvedHost, &Listener, &Listener) -> Option<Kind>,
) {
    for host in fleet.hosts.values() {
        for (a, b) in clashes(&of(fleet, host)) {
            let (first, second) = if b.is_set(fleet, host) { (a, b) } else { (b, a) };
            let Some(kind) = kind(host, first, second) else { continue };
            let complaint = Diagnostic::new(kind).at(second.place(fleet, host)).on(host.name.as_str());
            let other = first.place(fleet, host).filter(|_| first.is_set(fleet, host));
            report.push(complaint.also(other, "the other one"));
        }
    }
}

/// Each listener is compared with the one that reaches furthest before it, so that a core with thousands of token
/// services costs no more than sorting them.
fn clashes(listeners: &[Listener]) -> Vec<(&Listener, &Listener)> {
    let mut clashes = Vec::new();
    let mut furthest: Option<&Listener> = None;
    for listener in listeners {
        let before = furthest.filter(|before| before.protocol == listener.protocol);
        clashes.extend(
            before
                .filter(|before| before.ports.overlaps(&listener.ports) && !takes_turns(before, listener))
                .map(|before| (before, listener)),
        );
        if before.is_none_or(|before| before.ports.last < listener.ports.last) {
            furthest = Some(listener);
        }
    }
    clashes
}

/// The tunnel's usual port lies in the usual range of media. That is no clash: the tunnel is up first, and the media
/// server passes over a port that it cannot have (livekit: mediatransportutil, pion's ephemeral ports).
fn takes_turns(a: &Listener, b: &Listener) -> bool {
    let tunnel = |l: &Listener| l.unit == "wg-fleet";
    let media = |l: &Listener| l.unit.starts_with("livekit") && !l.is_single();
    (tunnel(a) && media(b)) || (tunnel(b) && media(a))
}
