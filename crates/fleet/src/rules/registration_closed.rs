//! Tokens that open nothing.

use diag::{Code, Kind, Report};
use settings::core::Accounts;

use super::{Rule, blame::blame_roles, homeservers};
use crate::{Resolved, ResolvedHost, Role};

/// See [`Code::RegistrationClosed`].
pub(super) const RULE: Rule = Rule {
    code: Code::RegistrationClosed,
    example: include_str!("../../tests/cases/err/registration_closed/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    blame_roles(
        fleet,
        report,
        homeservers::ROLES,
        "homeserver.allow-registration",
        |host| by_token(host) && homeservers::any(host, |server| !server.allow_registration),
        |_, hosts| Kind::RegistrationClosed { hosts },
    );
}

fn by_token(host: &ResolvedHost) -> bool {
    match &host.role {
        Role::Core(core) => core.accounts == Accounts::Token,
        Role::Dmz(_) => true,
        Role::Gateway(_) | Role::Edge(_) => false,
    }
}
