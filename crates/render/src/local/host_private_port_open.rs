//! Private ports that the internet reaches.

use std::collections::BTreeMap;

use diag::{Code, Kind, Report};
use fleet::ports;
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

/// TCP ports that only the tunnel or loopback may reach, each with its program: what is decided for all fleets, then what
/// the settings of the daemons say.
fn private(host: &Value) -> BTreeMap<u64, String> {
    let mut out = BTreeMap::from([(u64::from(ports::SSH), "sshd".to_owned())]);
    for (unit, service) in view::table(host, "services") {
        for private in ports::private_of(unit) {
            out.insert(private.port.into(), format!("{unit} ({})", private.what));
        }
        let moved = match unit.as_str() {
            "livekit" => media(service),
            "coturn" => {
                vec![(view::number(service, "settings.tls-listening-port"), "TURN over TLS behind Traefik")]
            }
            _ if unit.starts_with("redis-") => vec![(view::number(service, "port"), "nodes of a cluster")],
            _ if unit.starts_with("rampart-jwt@") => {
                vec![(view::text(service, "environment.LIVEKIT_JWT_BIND").and_then(port), "token service")]
            }
            _ if unit.starts_with("rampart-") => {
                let listening = ["listen", "metrics"].into_iter().flat_map(|key| view::texts(service, key));
                listening.map(|listener| (port(listener), "where it listens")).collect()
            }
            _ => continue,
        };
        for (port, what) in moved {
            if let Some(port) = port {
                out.entry(port).or_insert_with(|| format!("{unit} ({what})"));
            }
        }
    }
    out
}

/// Ports of a media server. Plain TURN behind Traefik: it listens for it on every address (`turn.bind_addresses` is one list
/// for UDP and TLS; livekit: pkg/service/turn.go), so nothing but the firewall keeps it closed.
fn media(service: &Value) -> Vec<(Option<u64>, &'static str)> {
    let plain = view::number(service, "turn.tls_port");
    let plain = plain.filter(|port| ![0, 443].contains(port) && view::is_on(service, "turn.enabled"));
    vec![(view::number(service, "port"), "signalling"), (plain, "TURN behind Traefik")]
}

/// The port of `address:port`.
fn port(listener: &str) -> Option<u64> {
    listener.rsplit_once(':').and_then(|(_, port)| port.parse().ok())
}
