//! Accounts for anybody.

use diag::{Code, Diagnostic, Kind, Report};
use settings::core::Accounts;

use super::Rule;
use crate::Resolved;

/// See [`Code::RegistrationOpen`].
pub(super) const RULE: Rule = Rule {
    code: Code::RegistrationOpen,
    example: include_str!("../../tests/cases/err/registration_open/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let Some((host, core)) = fleet.core() else { return };
    // By token, and on a DMZ host, the sentinel keeps registration from falling open; it is always rendered.
    if core.homeserver.allow_registration && core.accounts != Accounts::Token {
        let kind =
            Kind::RegistrationOpen { host: host.name.to_string(), accounts: core.accounts.to_string() };
        let place = fleet.place(host, "core.homeserver.allow-registration");
        report.push(Diagnostic::new(kind).at(place).on(host.name.as_str()));
    }
}
