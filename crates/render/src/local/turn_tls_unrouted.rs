//! TURN over TLS that nobody can reach.

use diag::{Code, Kind, Report};

use super::{
    Check, LocalRule,
    routers::{Router, Routers},
    view,
};

/// See [`Code::TurnTlsUnrouted`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::TurnTlsUnrouted,
    example: include_str!("../../tests/cases/err/turn_tls_unrouted/case/host.json"),
    checks: &[Check::Routers(check)],
};

fn check(routers: &Routers<'_>, report: &mut Report) {
    let host = routers.host;
    let Some(turn) = view::at(host, TURN).filter(|_| view::is_on(host, "services.livekit.turn.enabled"))
    else {
        return;
    };
    let Some(port) = view::number(turn, "tls_port").filter(|port| *port != 0 && *port != 443) else { return };
    let domain = view::text(turn, "domain").unwrap_or_default();
    let wanted = format!("HostSNI(`{domain}`)");
    let services = view::at(host, "services.traefik.dynamic.tcp.services");
    let leads_there = |router: &Router<'_>| {
        let service = services.and_then(|services| services.get(router.service()));
        let servers = service.and_then(|service| view::at(service, "loadBalancer.servers")?.as_array());
        let addresses = servers.into_iter().flatten().filter_map(|server| view::text(server, "address"));
        addresses.into_iter().any(|address| address.ends_with(&format!(":{port}")))
    };
    if !routers.tcp.iter().any(|router| router.text() == wanted && leads_there(router)) {
        let domain = domain.to_owned();
        report.push(Kind::TurnTlsUnrouted { path: format!("{TURN}.tls_port"), port, domain });
    }
}

const TURN: &str = "services.livekit.turn";
