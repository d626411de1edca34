//! Tenants in the place of a service.

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::Resolved;

/// See [`Code::TenantDomainTaken`].
pub(super) const RULE: Rule = Rule {
    code: Code::TenantDomainTaken,
    example: include_str!("../../tests/cases/err/tenant_domain_taken/fleet.toml"),
    check,
};

/// Labels under the fleet's domain, and what stands there.
const SERVICES: [(&str, &str); 5] = [
    ("matrix", "client API"),
    ("rtc", "name of the token services"),
    ("sfu", "zone of the media servers"),
    ("turn", "zone of the relays"),
    ("relay", "name of the backbone's relays"),
];

fn check(fleet: &Resolved, report: &mut Report) {
    for (name, tenant) in &fleet.tenants {
        for (label, what) in SERVICES {
            let Some(service) = fleet.fleet.domain.under(label).filter(|name| tenant.domain.is_within(name))
            else {
                continue;
            };
            let kind = Kind::TenantDomainTaken {
                tenant: name.to_string(),
                domain: tenant.domain.to_string(),
                service: service.to_string(),
                what: what.to_owned(),
            };
            report.push(Diagnostic::new(kind).at(fleet.places.value(&format!("tenant.{name}.domain"))));
        }
    }
}
