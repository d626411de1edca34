//! A cluster of one.

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::Resolved;

/// See [`Code::ClusterSingleNode`].
pub(super) const RULE: Rule = Rule {
    code: Code::ClusterSingleNode,
    example: include_str!("../../tests/cases/err/cluster_single_node/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for cluster in &fleet.clusters {
        let [host] = cluster.hosts.as_slice() else { continue };
        let kind = Kind::ClusterSingleNode { region: cluster.name.to_string(), host: host.to_string() };
        let place = fleet.places.value(&format!("region.{}.mode", cluster.name));
        report.push(Diagnostic::new(kind).at(place).on(host.as_str()));
    }
}
