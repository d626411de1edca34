//! A fleet without a way in for its administrators.

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::Resolved;

/// See [`Code::AdminNetworkMissing`].
pub(super) const RULE: Rule = Rule {
    code: Code::AdminNetworkMissing,
    example: include_str!("../../tests/cases/err/admin_network_missing/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let Some((core, _)) = fleet.core() else { return };
    if core.base.admin_networks.is_empty() {
        let kind = Kind::AdminNetworkMissing { core: core.name.to_string() };
        report
            .push(Diagnostic::new(kind).at(fleet.place(core, "base.admin-networks")).on(core.name.as_str()));
    }
}
