//! A login that was set up and not switched on.

use diag::{Code, Diagnostic, Kind, Report};
use settings::core::Accounts;

use super::Rule;
use crate::Resolved;

/// See [`Code::ProviderUnused`].
pub(super) const RULE: Rule = Rule {
    code: Code::ProviderUnused,
    example: include_str!("../../tests/cases/err/provider_unused/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let Some((host, core)) = fleet.core() else { return };
    let set = [
        (Accounts::Oidc, core.oidc.issuer.is_some() || core.oidc.client_id.is_some()),
        // The broker asks a directory for the bot, however people log in.
        (Accounts::Ldap, core.ldap.is_set() && !fleet.has_bot()),
    ];
    for (provider, _) in set.iter().filter(|(provider, set)| *set && core.accounts != *provider) {
        let kind = Kind::ProviderUnused {
            host: host.name.to_string(),
            provider: provider.to_string(),
            accounts: core.accounts.to_string(),
        };
        let place = fleet.place(host, &format!("core.{provider}"));
        report.push(Diagnostic::new(kind).at(place).on(host.name.as_str()));
    }
}
