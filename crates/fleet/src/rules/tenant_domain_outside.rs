//! Tenants that are not under their own name.

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::Resolved;

/// See [`Code::TenantDomainOutside`].
pub(super) const RULE: Rule = Rule {
    code: Code::TenantDomainOutside,
    example: include_str!("../../tests/cases/err/tenant_domain_outside/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for (name, tenant) in &fleet.tenants {
        let Some(own) = fleet.fleet.domain.under(name.as_str()) else { continue };
        // The server name itself has a complaint of its own.
        if !tenant.domain.is_within(&own) && tenant.domain != fleet.fleet.domain {
            let kind = Kind::TenantDomainOutside {
                tenant: name.to_string(),
                domain: tenant.domain.to_string(),
                expected: own.to_string(),
            };
            report.push(Diagnostic::new(kind).at(fleet.places.value(&format!("tenant.{name}.domain"))));
        }
    }
}
