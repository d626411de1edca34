//! Orders of people who have left.

use diag::{Code, Diagnostic, Kind, Report};
use settings::core::Accounts;

use super::Rule;
use crate::Resolved;

/// See [`Code::DirectoryUnchecked`].
pub(super) const RULE: Rule = Rule {
    code: Code::DirectoryUnchecked,
    example: include_str!("../../tests/cases/err/directory_unchecked/no-directory.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let Some((host, core)) = fleet.core() else { return };
    let is_elsewhere = matches!(core.accounts, Accounts::Ldap | Accounts::Oidc);
    if is_elsewhere && fleet.has_bot() && core.ldap.searched().is_none() {
        let kind =
            Kind::DirectoryUnchecked { host: host.name.to_string(), accounts: core.accounts.to_string() };
        report.push(Diagnostic::new(kind).at(fleet.place(host, "core.accounts")).on(host.name.as_str()));
    }
}
