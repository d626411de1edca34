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
    let is_on = |key: &str| {
        let value = view::at(host, relay::SETTINGS).and_then(|settings| settings.get(key));
        value.is_some_and(|value| value != &Value::Bool(false))
    };
    for key in HAZARDS.into_iter().filter(|key| is_on(key)) {
        report.push(Kind::RelayHazardEnabled { path: format!("{}.{key}", relay::SETTINGS) });
    }
}

/// Relaying to this host, relaying for other relays, administration by web or telnet, and figures on every address.
const HAZARDS: [&str; 6] = [
    "allow-loopback-peers",
    "server-relay",
    "web-admin",
    "cli",
    "cli-password",
    "prometheus-username-labels",
];
