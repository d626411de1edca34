//! A fleet that tells clients to go where everything is leaving.

use diag::{Code, Diagnostic, Kind, Report};

use super::{Rule, blame};
use crate::Resolved;

/// See [`Code::FociAllDraining`].
pub(super) const RULE: Rule = Rule {
    code: Code::FociAllDraining,
    example: include_str!("../../tests/cases/err/foci_all_draining/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    if fleet.foci.is_empty() || !fleet.foci.iter().all(|focus| fleet.is_draining(focus)) {
        return;
    }
    let hosts: Vec<_> = fleet.edges().map(|(host, _)| host).collect();
    let Some(first) = hosts.first() else { return };
    let kind = Kind::FociAllDraining { hosts: blame::hosts(&hosts) };
    report.push(Diagnostic::new(kind).at(fleet.place(first, "edge.draining-since")));
}
