//! The list of flows, derived from roles. Firewalls, `show flows`, `show ports` and the reachability tests come from
//! this list and from nothing else.

use rayon::slice::ParallelSliceMut as _;
use settings::{
    core::{Accounts, Core},
    region::MediaMode,
    tenant::GuestCalls,
    turn::Turn,
};
use values::{Name, Port, PortRange, Url};

use crate::{Flow, FocusKind, Net, Party, Passage, Protocol, Relay, Resolved, ResolvedHost, Role, ports};
use Protocol::{Icmp, Tcp, Udp};

/// All flows of the fleet, sorted.
pub(crate) fn of(fleet: &Resolved) -> Vec<Flow> {
    let mut list = List { fleet, flows: Vec::new() };
    for host in fleet.hosts.values() {
        list.every_host(host);
        match &host.role {
            Role::Gateway(_) => list.gateway(host),
            Role::Core(_) => list.core(host),
            Role::Edge(_) => list.edge(host),
            Role::Dmz(_) => list.dmz(host),
        }
    }
    list.flows.par_sort();
    list.flows.dedup();
    list.flows
}

struct List<'a> {
    fleet: &'a Resolved,
    flows: Vec<Flow>,
}

/// What is asked for, before it is a flow.
struct Service<'a> {
    protocol: Protocol,
    ports: PortRange,
    unit: &'a str,
    why: &'static str,
}

fn service<'a>(protocol: Protocol, port: u16, unit: &'a str, why: &'static str) -> Service<'a> {
    Service { protocol, ports: PortRange::one(port), unit, why }
}

fn range<'a>(first: Port, last: Port, unit: &'a str, why: &'static str) -> Service<'a> {
    Service { protocol: Udp, ports: PortRange::new(first.0, last.0), unit, why }
}

/// What the relay of 1:1 calls takes from the internet.
fn call_relay(turn: &Turn) -> [Service<'static>; 3] {
    [
        service(Udp, turn.port.0, "coturn", "TURN for 1:1 calls"),
        service(Tcp, turn.port.0, "coturn", "TURN for 1:1 calls"),
        range(turn.relay_port_first, turn.relay_port_last, "coturn", "relayed media of 1:1 calls"),
    ]
}

impl List<'_> {
    fn add(&mut self, from: Party, to: Party, net: Net, passage: Passage, service: &Service<'_>) {
        self.flows.push(Flow {
            from,
            to,
            net,
            protocol: service.protocol,
            ports: service.ports,
            passage,
            unit: service.unit.to_owned(),
            why: service.why,
        });
    }

    fn public(&mut self, to: &ResolvedHost, service: &Service<'_>) {
        let to = Party::Host(to.name.clone());
        self.add(Party::Internet, to, Net::Public, Passage::Accept, service);
    }

    fn outward(&mut self, from: &ResolvedHost, service: &Service<'_>) {
        let from = Party::Host(from.name.clone());
        self.add(from, Party::Internet, Net::Public, Passage::Accept, service);
    }

    fn tunnel(&mut self, from: &Name, to: &Name, service: &Service<'_>) {
        let [from, to] = [from, to].map(|name| Party::Host(name.clone()));
        self.add(from, to, Net::Tunnel, Passage::Accept, service);
    }

    /// A host dials another's end of the tunnel at its public address.
    fn dialled(&mut self, from: &Name, to: &ResolvedHost, why: &'static str) {
        let wireguard = service(Udp, to.mesh.port.0, "wg-fleet", why);
        let [from, to] = [from, &to.name].map(|name| Party::Host(name.clone()));
        self.add(from, to, Net::Public, Passage::Accept, &wireguard);
    }

    fn every_host(&mut self, host: &ResolvedHost) {
        let core = self.fleet.core.clone();
        let to = Party::Host(host.name.clone());
        let ssh = service(Tcp, ports::SSH, "sshd", "administration");
        if !host.base.admin_networks.is_empty() {
            let net = if host.host.address.is_some() { Net::Public } else { Net::Lan };
            self.add(Party::Admins, to.clone(), net, Passage::Accept, &ssh);
        }
        if host.name != core {
            self.tunnel(&core, &host.name, &ssh);
            self.tunnel(&core, &host.name, &service(Icmp, 0, "kernel", "is the tunnel up"));
            let wireguard = service(Udp, host.mesh.port.0, "wg-fleet", "the core dials every peer");
            self.dial(&core, host, &wireguard);
        }
        self.outward(host, &service(Udp, ports::TIME, "timesyncd", "time"));
        for protocol in [Udp, Tcp] {
            self.outward(host, &service(protocol, ports::DNS, "resolver", "names"));
        }
    }

    /// The core reaches gateway and DMZ in their segment; edges at their public address, from behind whatever network
    /// address translation the site has, so that the source is unknown. A DMZ host never dials.
    fn dial(&mut self, core: &Name, host: &ResolvedHost, wireguard: &Service<'_>) {
        let from = Party::Host(core.clone());
        let to = Party::Host(host.name.clone());
        let core_is_public = self.fleet.hosts.get(core).is_some_and(|c| c.dialled_at().is_some());
        let is_edge = matches!(host.role, Role::Edge(_));
        if host.host.lan.is_some() && !is_edge {
            self.add(from, to, Net::Lan, Passage::Accept, wireguard);
        } else if core_is_public {
            self.add(from, to, Net::Public, Passage::Accept, wireguard);
        } else {
            self.public(host, wireguard);
        }
        let dials_back = core_is_public && !matches!(host.role, Role::Dmz(_));
        if dials_back && let Some(core) = self.fleet.hosts.get(core) {
            self.dialled(&host.name, core, "a peer dials the public core");
        }
    }

    /// What every host with a Traefik takes from the internet.
    fn web(&mut self, host: &ResolvedHost) {
        self.public(host, &service(Tcp, ports::HTTP, "traefik", "redirect to HTTPS"));
        self.public(host, &service(Tcp, ports::HTTPS, "traefik", "HTTPS"));
        if host.asks_for_certificates() {
            self.outward(host, &service(Tcp, ports::HTTPS, "traefik", "certificates (ACME)"));
        }
    }

    fn gateway(&mut self, host: &ResolvedHost) {
        self.web(host);
        let Some((core, settings)) = self.fleet.core() else { return };
        let (gateway, core) = (host.name.clone(), core.name.clone());
        let to_core = |list: &mut Self, service: &Service<'_>| list.tunnel(&gateway, &core, service);
        to_core(self, &service(Tcp, ports::GUARD, "rampart-guard", "client API"));
        if host.audit.reads_directly() {
            to_core(self, &service(Tcp, ports::DIRECT_READS, "tuwunel", "reads that bypass the guard"));
        }
        to_core(self, &service(Tcp, ports::STEER, "rampart-steer", "foci and discovery, for each client"));
        for focus in &self.fleet.foci {
            let unit = format!("rampart-jwt@{}", focus.name);
            to_core(self, &service(Tcp, focus.token_port, &unit, "token service of a focus"));
        }
        if settings.public_media {
            let signalling = settings.livekit.signal_port.0;
            to_core(self, &service(Tcp, signalling, "livekit", "signalling of the core's focus"));
            let turn = settings.turn.tls_port.0;
            to_core(self, &service(Tcp, turn, "coturn", "TURN over TLS, passed on by SNI"));
        }
    }

    fn core(&mut self, host: &ResolvedHost) {
        let core = host.name.clone();
        let gateway = self.fleet.gateway.clone();
        let Role::Core(settings) = &host.role else { return };
        let why = if settings.public_media {
            "OpenID look-up, room API of the core's focus"
        } else {
            "OpenID look-up"
        };
        self.tunnel(&core, &gateway, &service(Tcp, ports::HTTPS, "traefik", why));
        for focus in self.fleet.foci.iter().filter(|focus| focus.kind != FocusKind::Core) {
            for edge in &focus.hosts {
                self.tunnel(
                    &core,
                    edge,
                    &service(Tcp, ports::HTTPS, "traefik", "room API and health of a focus"),
                );
            }
        }
        self.logins(host, settings);
        if self.fleet.federates_openly() {
            for port in [ports::HTTPS, ports::FEDERATION] {
                self.outward(host, &service(Tcp, port, "tuwunel", "federation with the listed servers"));
            }
        }
        if settings.public_media {
            self.core_media(host, settings);
        }
    }

    /// Where the homeserver asks who somebody is, and the broker whether they still are. Both lie outside the fleet, at an
    /// address that nobody here knows.
    fn logins(&mut self, host: &ResolvedHost, core: &Core) {
        if core.accounts == Accounts::Oidc
            && let Some(port) = core.oidc.issuer.as_ref().and_then(Url::port)
        {
            self.outward(host, &service(Tcp, port, "tuwunel", "logins ask the OpenID provider"));
        }
        let Some(port) = core.ldap.searched().and_then(|(uri, ..)| uri.port()) else { return };
        if core.accounts == Accounts::Ldap {
            self.outward(host, &service(Tcp, port, "tuwunel", "logins ask the directory"));
        }
        self.outward(host, &service(Tcp, port, "rampart-broker", "may a person still give orders"));
    }

    /// Media of the core: at its own public address, or forwarded by the gateway.
    fn core_media(&mut self, host: &ResolvedHost, settings: &Core) {
        let livekit = &settings.livekit;
        let mut media = vec![range(
            livekit.rtc_port_first,
            livekit.rtc_port_last,
            "livekit",
            "media of the core's focus",
        )];
        media.extend(call_relay(&settings.turn));
        if livekit.tcp_port.0 != 0 {
            media.push(service(Tcp, livekit.tcp_port.0, "livekit", "media over TCP"));
        }
        for wanted in &media {
            if host.host.address.is_some() {
                self.public(host, wanted);
            } else {
                let to = Party::Host(host.name.clone());
                let passage = Passage::Forward(self.fleet.gateway.clone());
                self.add(Party::Internet, to, Net::Lan, passage, wanted);
            }
        }
    }

    fn edge(&mut self, host: &ResolvedHost) {
        self.web(host);
        let Role::Edge(edge) = &host.role else { return };
        let livekit = &edge.livekit;
        let media = range(livekit.rtc_port_first, livekit.rtc_port_last, "livekit", "media");
        if edge.mode == MediaMode::Backbone {
            let turn = &edge.turn;
            self.public(host, &service(Udp, turn.port.0, "coturn", "TURN, the way into the backbone"));
            self.public(host, &service(Tcp, turn.port.0, "coturn", "TURN, the way into the backbone"));
            let peers: Vec<Name> = self
                .fleet
                .edges_in(MediaMode::Backbone)
                .filter(|(peer, _)| peer.name != host.name)
                .map(|(peer, _)| peer.name.clone())
                .collect();
            for peer in peers {
                self.tunnel(
                    &peer,
                    &host.name,
                    &Service { unit: "livekit", why: "relay of one edge to media of another", ..media },
                );
                self.dialled(&peer, host, "edges of the backbone dial each other");
            }
            return;
        }
        self.public(host, &media);
        if livekit.tcp_port.0 != 0 {
            self.public(host, &service(Tcp, livekit.tcp_port.0, "livekit", "media over TCP"));
        }
        if Relay::from(edge.as_ref()) == Relay::Calls {
            for wanted in &call_relay(&edge.turn) {
                self.public(host, wanted);
            }
        } else {
            self.public(host, &service(Udp, edge.turn.port.0, "livekit", "TURN"));
            self.public(
                host,
                &range(edge.relay_port_first, edge.relay_port_last, "livekit", "relayed media"),
            );
        }
        if let Some(cluster) = self.fleet.cluster_of(edge) {
            let unit = format!("redis-{}", cluster.name);
            let core = self.fleet.core.clone();
            self.tunnel(
                &host.name,
                &core,
                &service(Tcp, cluster.redis_port, &unit, "nodes of a cluster meet"),
            );
        }
    }

    fn dmz(&mut self, host: &ResolvedHost) {
        self.web(host);
        let Role::Dmz(dmz) = &host.role else { return };
        let Some(tenant) = self.fleet.tenants.get(&dmz.tenant) else { return };
        let (core, gateway) = (self.fleet.core.clone(), self.fleet.gateway.clone());
        let broker = service(Tcp, ports::BROKER, "rampart-broker", "the bot's verbs");
        self.tunnel(&core, &host.name, &broker);
        if tenant.calls == GuestCalls::Fleet {
            self.tunnel(
                &core,
                &host.name,
                &service(Tcp, ports::HTTPS, "traefik", "OpenID look-up of guests"),
            );
        }
        if tenant.is_linked() {
            self.tunnel(&core, &host.name, &service(Tcp, ports::HTTPS, "traefik", "closed federation"));
            self.tunnel(&host.name, &gateway, &service(Tcp, ports::HTTPS, "traefik", "closed federation"));
            self.dialled(&gateway, host, "the gateway dials for federation");
        }
    }
}
