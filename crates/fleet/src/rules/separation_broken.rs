//! Guests' machines next to internal ones, against the tenant's wish.

use diag::{Code, Kind, Report};
use settings::tenant::Separation;

use super::{Rule, neighbours};
use crate::Resolved;

/// See [`Code::SeparationBroken`].
pub(super) const RULE: Rule = Rule {
    code: Code::SeparationBroken,
    example: include_str!("../../tests/cases/err/separation_broken/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for pair in neighbours::all(fleet).into_iter().filter(|pair| pair.asked == Separation::Hardware) {
        let kind = Kind::SeparationBroken {
            tenant: pair.tenant.to_string(),
            dmz: pair.dmz.name.to_string(),
            host: pair.internal.name.to_string(),
            hypervisor: pair.hypervisor.to_string(),
        };
        report.push(pair.complaint(fleet, kind));
    }
}
