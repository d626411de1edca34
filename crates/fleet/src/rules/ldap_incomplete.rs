//! Questions to a directory that cannot be asked.

use diag::{Code, Diagnostic, Kind, Report};
use settings::core::Accounts;

use super::Rule;
use crate::Resolved;

/// See [`Code::LdapIncomplete`].
pub(super) const RULE: Rule = Rule {
    code: Code::LdapIncomplete,
    example: include_str!("../../tests/cases/err/ldap_incomplete/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let Some((host, core)) = fleet.core() else { return };
    let ldap = &core.ldap;
    let is_login = core.accounts == Accounts::Ldap;
    if !is_login && !ldap.is_set() {
        return;
    }
    let (option, instead) = if is_login {
        ("core.accounts", "choose another way for `core.accounts`")
    } else {
        ("core.ldap", "remove `core.ldap`")
    };
    let absent = [
        ("uri", ldap.uri.is_none()),
        ("base-dn", ldap.base_dn.is_none()),
        ("bind-dn", ldap.bind_dn.is_none()),
    ];
    for (key, _) in absent.iter().filter(|(_, absent)| *absent) {
        let kind = Kind::LdapIncomplete {
            host: host.name.to_string(),
            key: (*key).to_owned(),
            instead: instead.to_owned(),
        };
        report.push(Diagnostic::new(kind).at(fleet.place(host, option)).on(host.name.as_str()));
    }
}
