//! Third parties that learn who calls.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::HostStunThirdParty`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostStunThirdParty,
    example: include_str!("../../tests/cases/err/host_stun_third_party/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let Some(rtc) = view::at(host, "services.livekit.rtc") else { return };
    let servers = view::texts(rtc, "stun_servers");
    let relayed =
        view::is_on(host, "services.livekit.turn.enabled") || view::at(rtc, "turn_servers").is_some();
    let complain =
        |server: &str| Kind::HostStunThirdParty { path: PATH.to_owned(), server: server.to_owned() };
    if servers.is_empty() && !relayed {
        report.push(complain("whoever LiveKit has built in"));
    }
    for server in servers.into_iter().filter(|server| !is_ours(host, view::without_port(server))) {
        report.push(complain(server));
    }
}

/// A name below the fleet's domain, or the public address of this host or of one that it dials.
fn is_ours(host: &Value, server: &str) -> bool {
    let domain = view::text(host, "facts.domain").unwrap_or_default();
    let peers = view::at(host, "services.wg-fleet.peers").and_then(Value::as_array).into_iter().flatten();
    let dialled = peers.filter_map(|peer| view::text(peer, "endpoint")).map(view::without_port);
    server == domain
        || server.strip_suffix(domain).is_some_and(|head| head.ends_with('.'))
        || dialled.chain(view::text(host, "facts.publicAddress")).any(|address| address == server)
}

const PATH: &str = "services.livekit.rtc.stun_servers";
