//! A gateway that is not beside its core.

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::Resolved;

/// See [`Code::LanMismatch`].
pub(super) const RULE: Rule = Rule {
    code: Code::LanMismatch,
    example: include_str!("../../tests/cases/err/lan_mismatch/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let (Some((gateway, _)), Some((core, _))) = (fleet.gateway(), fleet.core()) else { return };
    let (Some(a), Some(b)) = (gateway.host.lan, core.host.lan) else { return };
    if a.network() != b.network() {
        let kind = Kind::LanMismatch {
            gateway: gateway.name.to_string(),
            gateway_lan: a.network().to_string(),
            core: core.name.to_string(),
            core_lan: b.network().to_string(),
        };
        let complaint = Diagnostic::new(kind).at(fleet.place(core, "lan")).on(core.name.as_str());
        report.push(complaint.also(fleet.place(gateway, "lan"), "the gateway"));
    }
}
