//! Separation that nobody can see.

use diag::{Code, Diagnostic, Kind, Report};
use settings::tenant::Separation;

use super::{Rule, blame};
use crate::{Resolved, ResolvedHost, Role};

/// See [`Code::SeparationUnproven`].
pub(super) const RULE: Rule = Rule {
    code: Code::SeparationUnproven,
    example: include_str!("../../tests/cases/err/separation_unproven/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for (name, _) in fleet.tenants.iter().filter(|(_, tenant)| tenant.separation == Separation::Hardware) {
        let concerned = |host: &&ResolvedHost| match &host.role {
            Role::Dmz(dmz) => dmz.tenant == *name,
            Role::Gateway(_) | Role::Core(_) | Role::Edge(_) => true,
        };
        let silent: Vec<_> =
            fleet.hosts.values().filter(concerned).filter(|host| host.host.hypervisor.is_none()).collect();
        if !silent.is_empty() {
            let kind = Kind::SeparationUnproven { tenant: name.to_string(), hosts: blame::hosts(&silent) };
            report.push(Diagnostic::new(kind).at(fleet.places.value(&format!("tenant.{name}.separation"))));
        }
    }
}
