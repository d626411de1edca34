//! Peers that are lost when they move.

use std::net::SocketAddr;

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::EndpointByName`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::EndpointByName,
    example: include_str!("../../tests/cases/err/endpoint_by_name/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let peers = view::at(host, PEERS).and_then(Value::as_array).into_iter().flatten();
    for (index, peer) in peers.enumerate() {
        let Some(endpoint) = view::text(peer, "endpoint") else { continue };
        if endpoint.parse::<SocketAddr>().is_err() {
            let path = format!("{PEERS}.{index}.endpoint");
            report.push(Kind::EndpointByName { path, endpoint: endpoint.to_owned() });
        }
    }
}

const PEERS: &str = "services.wg-fleet.peers";
