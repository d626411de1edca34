//! Private ports that the internet reaches.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::HostPrivatePortOpen`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostPrivatePortOpen,
    example: include_str!("../../tests/cases/err/host_private_port_open/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let flows = view::at(host, "flows").and_then(Value::as_array).into_iter().flatten();
    let public: Vec<&Value> = flows.filter(|flow| view::text(flow, "from") == Some("@internet")).collect();
    if public.is_empty() {
        return;
    }
    for (port, owner) in private(host) {
        let open = |flow: &&&Value| {
            let bound = |path: &str| view::number(flow, path).unwrap_or_default();
            view::text(flow, "protocol") == Some("tcp")
                && (bound("ports.first")..=bound("ports.last")).contains(&port)
        };
        if let Some(flow) = public.iter().find(open) {
            let why = view::text(flow, "why").unwrap_or_default().to_owned();
            report.push(Kind::HostPrivatePortOpen { port, owner, why });
        }
    }
}

/// TCP ports that only the tunnel or loopback may reach, each with its program.
fn private(host: &Value) -> Vec<(u64, String)> {
    let of = |listener: &str| listener.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    let mut out = vec![(22, "sshd".to_owned())];
    out.extend(
        view::number(host, "services.livekit.port").map(|port| (port, "livekit (signalling)".to_owned())),
    );
    // Plain TURN behind Traefik: the media server listens for it on every address (`turn.bind_addresses` is one list for
    // UDP and TLS; livekit: pkg/service/turn.go), so nothing but the firewall keeps it closed.
    let turn = "services.livekit.turn";
    let plain = view::number(host, &format!("{turn}.tls_port"));
    let plain =
        plain.filter(|port| ![0, 443].contains(port) && view::is_on(host, &format!("{turn}.enabled")));
    out.extend(plain.map(|port| (port, "livekit (TURN behind Traefik)".to_owned())));
    let relay = view::number(host, "services.coturn.settings.tls-listening-port");
    out.extend(relay.map(|port| (port, "coturn (TURN over TLS behind Traefik)".to_owned())));
    let guard = view::texts(host, "services.rampart-guard.listen");
    out.extend(guard.into_iter().filter_map(of).map(|port| (port, "rampart-guard".to_owned())));
    for (unit, service) in view::table(host, "services") {
        if unit.starts_with("redis-") {
            out.extend(view::number(service, "port").map(|port| (port, unit.clone())));
        } else if unit.starts_with("rampart-jwt@") {
            let bind = view::text(service, "environment.LIVEKIT_JWT_BIND").and_then(of);
            out.extend(bind.map(|port| (port, unit.clone())));
        }
    }
    let second = view::text(host, "units.tuwunel.environment.TUWUNEL_PORT");
    out.extend(second.and_then(|port| port.parse().ok()).map(|port| (port, "tuwunel".to_owned())));
    out
}
