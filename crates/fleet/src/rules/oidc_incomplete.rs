//! A login that does not know its provider.

use diag::{Code, Diagnostic, Kind, Report};
use settings::core::Accounts;

use super::Rule;
use crate::Resolved;

/// See [`Code::OidcIncomplete`].
pub(super) const RULE: Rule = Rule {
    code: Code::OidcIncomplete,
    example: include_str!("../../tests/cases/err/oidc_incomplete/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let Some((host, core)) = fleet.core() else { return };
    let absent = [("issuer", core.oidc.issuer.is_none()), ("client-id", core.oidc.client_id.is_none())];
    for (key, _) in absent.iter().filter(|(_, absent)| *absent && core.accounts == Accounts::Oidc) {
        let kind = Kind::OidcIncomplete { host: host.name.to_string(), key: (*key).to_owned() };
        report.push(Diagnostic::new(kind).at(fleet.place(host, "core.accounts")).on(host.name.as_str()));
    }
}
