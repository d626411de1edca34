//! Hosts that disagree with the fleet.

use diag::{Code, Diagnostic, Kind, Report};
use settings::{core::Core, dmz::Dmz, edge::Edge, gateway::Gateway};

use super::Rule;
use crate::{Resolved, ResolvedHost, Role};

/// See [`Code::DerivedDiffers`].
pub(super) const RULE: Rule = Rule {
    code: Code::DerivedDiffers,
    example: include_str!("../../tests/cases/err/derived_differs/fleet.toml"),
    check,
};

/// What a host says, and what the rest of the fleet takes for granted.
struct Fact {
    option: &'static str,
    value: String,
    source: &'static str,
    expected: String,
}

/// A fact, when the two differ. Texts are made only then: this runs for every host.
fn differing<T: PartialEq + ToString>(
    option: &'static str,
    value: &T,
    source: &'static str,
    expected: &T,
) -> Option<Fact> {
    let fact = || Fact { option, value: value.to_string(), source, expected: expected.to_string() };
    (value != expected).then(fact)
}

fn check(fleet: &Resolved, report: &mut Report) {
    for host in fleet.hosts.values() {
        let role = match &host.role {
            Role::Gateway(gateway) => of_gateway(fleet, gateway),
            Role::Core(core) => of_core(fleet, core),
            Role::Edge(edge) => of_edge(fleet, host, edge),
            Role::Dmz(dmz) => of_dmz(fleet, host, dmz),
        };
        for fact in of_mesh(fleet, host).into_iter().chain(role).flatten() {
            let kind = Kind::DerivedDiffers {
                host: host.name.to_string(),
                option: fact.option.to_owned(),
                value: fact.value,
                source: fact.source.to_owned(),
                expected: fact.expected,
            };
            report.push(Diagnostic::new(kind).at(fleet.place(host, fact.option)).on(host.name.as_str()));
        }
    }
}

fn of_mesh(fleet: &Resolved, host: &ResolvedHost) -> [Option<Fact>; 2] {
    let network = fleet.fleet.tunnel_network.network();
    [
        differing("mesh.address", &host.mesh.address, "its tunnel address", &host.host.tunnel_address),
        differing("mesh.network", &host.mesh.network, "the tunnel network", &network),
    ]
}

fn of_gateway(fleet: &Resolved, gateway: &Gateway) -> Vec<Option<Fact>> {
    let Some((host, core)) = fleet.core() else { return Vec::new() };
    let domain = &fleet.fleet.domain;
    let rtc = domain.under("rtc");
    vec![
        differing("gateway.server-name", &gateway.server_name, "the fleet's domain", domain),
        differing("gateway.core-address", &gateway.core_address, CORE_ADDRESS, &host.host.tunnel_address),
        differing(
            "gateway.client-domain",
            &gateway.client_domain,
            "`core.client-domain`",
            &core.client_domain,
        ),
        rtc.and_then(|rtc| {
            differing("gateway.rtc-domain", &gateway.rtc_domain, "the name in every focus", &rtc)
        }),
    ]
}

fn of_core(fleet: &Resolved, core: &Core) -> Vec<Option<Fact>> {
    vec![differing("core.server-name", &core.server_name, "the fleet's domain", &fleet.fleet.domain)]
}

fn of_edge(fleet: &Resolved, host: &ResolvedHost, edge: &Edge) -> Vec<Option<Fact>> {
    let region = fleet.regions.get(&host.host.region);
    let core = fleet.core().map(|(core, _)| core);
    let focus = fleet.focus_of(&host.name);
    vec![
        region.and_then(|region| differing("edge.mode", &edge.mode, "`mode` of its region", &region.mode)),
        core.and_then(|core| {
            differing("edge.core-address", &edge.core_address, CORE_ADDRESS, &core.host.tunnel_address)
        }),
        fleet.core().and_then(|(_, core)| {
            let relays = core.media_host == host.name;
            differing("edge.relays-calls", &edge.relays_calls, "that `core.media-host` names it", &relays)
        }),
        focus.and_then(|focus| differing("edge.focus", &edge.focus, "its focus", &focus.name)),
        focus.and_then(|focus| {
            differing("edge.focus-domain", &edge.focus_domain, "the name of its focus", &focus.domain)
        }),
    ]
}

fn of_dmz(fleet: &Resolved, host: &ResolvedHost, dmz: &Dmz) -> Vec<Option<Fact>> {
    let tenant = host.host.tenant.as_ref().and_then(|name| fleet.tenants.get_key_value(name));
    let Some((name, tenant)) = tenant else { return Vec::new() };
    vec![
        differing("dmz.tenant", &dmz.tenant, "its tenant", name),
        differing("dmz.domain", &dmz.domain, "its tenant's domain", &tenant.domain),
    ]
}

const CORE_ADDRESS: &str = "the core's tunnel address";
