//! Switches of the relay that nobody needs.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, relay, view};

/// See [`Code::RelayHazardEnabled`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::RelayHazardEnabled,
    example: include_str!("../../tests/cases/err/relay_hazard_enabled/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let mut complain = |key: &str, instead: &str| {
        let path = format!("{}.{key}", relay::SETTINGS);
        report.push(Kind::RelayHazardEnabled { path, instead: instead.to_owned() });
    };
    for key in HAZARDS.into_iter().filter(|key| is_on(host, key)) {
        complain(key, "remove it");
    }
    if shows_figures(host) {
        complain(FIGURES, "remove it, or set `prometheus-address` to an address of loopback or the tunnel");
    }
}

fn is_on(host: &Value, key: &str) -> bool {
    let value = view::at(host, relay::SETTINGS).and_then(|settings| settings.get(key));
    value.is_some_and(|value| value != &Value::Bool(false))
}

/// Whether figures are shown outside host and tunnel: on every address unless one is named (coturn: `prometheus-address`,
/// since 4.6.3).
fn shows_figures(host: &Value) -> bool {
    let address = view::text(host, &format!("{}.prometheus-address", relay::SETTINGS));
    is_on(host, FIGURES) && !address.is_some_and(|address| view::is_inside(host, address))
}

/// Relaying to this host, relaying for other relays, administration by web or telnet, and figures that name people.
const HAZARDS: [&str; 6] = [
    "allow-loopback-peers",
    "server-relay",
    "web-admin",
    "cli",
    "cli-password",
    "prometheus-username-labels",
];

/// Figures for Prometheus.
const FIGURES: &str = "prometheus";
