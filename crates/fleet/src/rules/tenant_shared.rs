//! Two homeservers of one name.

use std::collections::HashMap;

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::Resolved;

/// See [`Code::TenantShared`].
pub(super) const RULE: Rule = Rule {
    code: Code::TenantShared,
    example: include_str!("../../tests/cases/err/tenant_shared/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let mut servers = HashMap::new();
    for (host, dmz) in fleet.dmzs() {
        let Some(first) = servers.insert(&dmz.tenant, host) else { continue };
        let kind = Kind::TenantShared {
            tenant: dmz.tenant.to_string(),
            first: first.name.to_string(),
            second: host.name.to_string(),
        };
        let complaint = Diagnostic::new(kind).at(fleet.place(host, "tenant")).on(host.name.as_str());
        report.push(complaint.also(fleet.place(first, "tenant"), "the other host"));
    }
}
