//! Tenants whose guests nobody serves.

use std::collections::BTreeSet;

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::Resolved;

/// See [`Code::TenantWithoutHost`].
pub(super) const RULE: Rule = Rule {
    code: Code::TenantWithoutHost,
    example: include_str!("../../tests/cases/err/tenant_without_host/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let served: BTreeSet<_> = fleet.dmzs().map(|(_, dmz)| &dmz.tenant).collect();
    for name in fleet.tenants.keys().filter(|name| !served.contains(name)) {
        let kind = Kind::TenantWithoutHost { tenant: name.to_string() };
        report.push(Diagnostic::new(kind).at(fleet.places.key(&format!("tenant.{name}"))));
    }
}
