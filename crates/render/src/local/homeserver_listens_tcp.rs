//! A homeserver that can be reached past the guard.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver, view};

/// See [`Code::HomeserverListensTcp`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HomeserverListensTcp,
    example: include_str!("../../tests/cases/err/homeserver_listens_tcp/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if !homeserver::is_here(host) {
        return;
    }
    for key in ["address", "port"].into_iter().filter(|key| homeserver::get(host, key).is_some()) {
        report.push(Kind::HomeserverListensTcp {
            path: homeserver::path(key),
            detail: "it stands in the settings, where nothing limits who may connect".to_owned(),
        });
    }
    if homeserver::get(host, "unix_socket_path").is_none() {
        report.push(Kind::HomeserverListensTcp {
            path: homeserver::path("unix_socket_path"),
            detail: "without a socket it listens on TCP port 8008".to_owned(),
        });
    }
    second(host, report);
}

/// Where the second listener is switched on.
const ENVIRONMENT: &str = "units.tuwunel.environment";

/// The listener of `audit.reads = "direct"`: in the tunnel, and told how to find the client's address.
fn second(host: &Value, report: &mut Report) {
    let get = |name: &str| view::text(host, &format!("{ENVIRONMENT}.{name}"));
    let Some(address) = get("TUWUNEL_ADDRESS") else { return };
    let mut complain = |name: &str, detail: &str| {
        let path = format!("{ENVIRONMENT}.{name}");
        report.push(Kind::HomeserverListensTcp { path, detail: detail.to_owned() });
    };
    if view::text(host, "options.audit.reads") != Some("direct") {
        complain("TUWUNEL_ADDRESS", "only `audit.reads = \"direct\"` has a second listener");
    }
    if !view::is_inside(host, address) {
        complain("TUWUNEL_ADDRESS", "the address is not one of the tunnel");
    }
    if get("TUWUNEL_IP_SOURCE") != Some("rightmost_x_forwarded_for") {
        complain(
            "TUWUNEL_IP_SOURCE",
            "without `rightmost_x_forwarded_for` clients choose the address that is logged",
        );
    }
}
