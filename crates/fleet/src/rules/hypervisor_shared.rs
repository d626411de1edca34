//! Guests' machines next to internal ones.

use diag::{Code, Kind, Report};
use settings::tenant::Separation;

use super::{Rule, neighbours};
use crate::Resolved;

/// See [`Code::HypervisorShared`].
pub(super) const RULE: Rule = Rule {
    code: Code::HypervisorShared,
    example: include_str!("../../tests/cases/err/hypervisor_shared/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for pair in neighbours::all(fleet).into_iter().filter(|pair| pair.asked == Separation::Vm) {
        let kind = Kind::HypervisorShared {
            dmz: pair.dmz.name.to_string(),
            host: pair.internal.name.to_string(),
            hypervisor: pair.hypervisor.to_string(),
        };
        report.push(pair.complaint(fleet, kind));
    }
}
