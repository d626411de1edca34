//! Guests beside the machines of staff.

use std::collections::BTreeMap;

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::{Resolved, Role};

/// See [`Code::SegmentShared`].
pub(super) const RULE: Rule = Rule {
    code: Code::SegmentShared,
    example: include_str!("../../tests/cases/err/segment_shared/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let internal = fleet.hosts.values().filter(|host| !matches!(host.role, Role::Dmz(_)));
    let lans: BTreeMap<_, _> =
        internal.filter_map(|host| Some(((&host.host.region, host.host.lan?.network()), host))).collect();
    for (dmz, _) in fleet.dmzs() {
        let Some(network) = dmz.host.lan.map(|lan| lan.network()) else { continue };
        let Some(host) = lans.get(&(&dmz.host.region, network)) else { continue };
        let kind = Kind::SegmentShared {
            dmz: dmz.name.to_string(),
            host: host.name.to_string(),
            network: network.to_string(),
        };
        let complaint = Diagnostic::new(kind).at(fleet.place(dmz, "lan")).on(dmz.name.as_str());
        report.push(complaint.also(fleet.place(host, "lan"), "the other machine"));
    }
}
