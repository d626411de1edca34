//! Guests under the name of staff.

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::Resolved;

/// See [`Code::TenantDomainIsServerName`].
pub(super) const RULE: Rule = Rule {
    code: Code::TenantDomainIsServerName,
    example: include_str!("../../tests/cases/err/tenant_domain_is_server_name/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for (name, tenant) in fleet.tenants.iter().filter(|(_, tenant)| tenant.domain == fleet.fleet.domain) {
        let kind =
            Kind::TenantDomainIsServerName { tenant: name.to_string(), domain: tenant.domain.to_string() };
        let complaint = Diagnostic::new(kind).at(fleet.places.value(&format!("tenant.{name}.domain")));
        report.push(complaint.also(fleet.places.value("fleet.domain"), "the fleet's domain"));
    }
}
