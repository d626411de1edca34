//! The one way from a DMZ host inwards.

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::Resolved;

/// See [`Code::ClosedFederation`].
pub(super) const RULE: Rule = Rule {
    code: Code::ClosedFederation,
    example: include_str!("../../tests/cases/err/closed_federation/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for (host, dmz) in fleet.dmzs() {
        let Some(tenant) = fleet.tenants.get(&dmz.tenant) else { continue };
        if tenant.is_linked() {
            let kind = Kind::ClosedFederation {
                tenant: dmz.tenant.to_string(),
                domain: tenant.domain.to_string(),
                host: host.name.to_string(),
            };
            let place = fleet.places.value(&format!("tenant.{}.link", dmz.tenant));
            report.push(Diagnostic::new(kind).at(place).on(host.name.as_str()));
        }
    }
}
