//! Administrators by chance.

use diag::{Code, Kind, Report};

use super::{Rule, blame::blame_roles, homeservers};
use crate::Resolved;

/// See [`Code::FirstUserAdmin`].
pub(super) const RULE: Rule = Rule {
    code: Code::FirstUserAdmin,
    example: include_str!("../../tests/cases/err/first_user_admin/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    blame_roles(
        fleet,
        report,
        homeservers::ROLES,
        "homeserver.first-user-is-admin",
        |host| homeservers::any(host, |server| server.first_user_is_admin),
        |_, hosts| Kind::FirstUserAdmin { hosts },
    );
}
