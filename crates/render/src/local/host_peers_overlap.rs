//! Peers that take each other's packets.

use diag::{Code, Kind, Report};
use serde_json::Value;
use values::Cidr;

use super::{Check, LocalRule, view};

/// See [`Code::HostPeersOverlap`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostPeersOverlap,
    example: include_str!("../../tests/cases/err/host_peers_overlap/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let peers = view::at(host, PEERS).and_then(Value::as_array).into_iter().flatten();
    let mut networks: Vec<(&str, Cidr)> = Vec::new();
    for peer in peers {
        let name = view::text(peer, "name").unwrap_or_default();
        let own = view::texts(peer, "allowedIPs").into_iter().filter_map(|network| network.parse().ok());
        networks.extend(own.map(|network: Cidr| (name, network)));
    }
    networks.sort_by_key(|(_, network)| (network.network().address(), network.prefix_len()));
    // Sorted by address, networks that overlap have a neighbour that they overlap with.
    for pair in networks.windows(2) {
        if let [(first, one), (second, other)] = pair
            && first != second
            && one.overlaps(other)
        {
            let (first, second) = ((*first).to_owned(), (*second).to_owned());
            report.push(Kind::HostPeersOverlap {
                path: PEERS.to_owned(),
                first,
                second,
                network: other.to_string(),
            });
        }
    }
}

const PEERS: &str = "services.wg-fleet.peers";
