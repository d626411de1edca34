//! Tenants of hosts that serve none.

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::{Resolved, Role};

/// See [`Code::TenantMisplaced`].
pub(super) const RULE: Rule = Rule {
    code: Code::TenantMisplaced,
    example: include_str!("../../tests/cases/err/tenant_misplaced/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for host in fleet.hosts.values().filter(|host| !matches!(host.role, Role::Dmz(_))) {
        let Some(tenant) = &host.host.tenant else { continue };
        let kind = Kind::TenantMisplaced {
            host: host.name.to_string(),
            role: host.host.role.to_string(),
            tenant: tenant.to_string(),
        };
        report.push(Diagnostic::new(kind).at(fleet.place(host, "tenant")).on(host.name.as_str()));
    }
}
