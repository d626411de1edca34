//! Messages that users can take away.

use diag::{Code, Kind, Report};

use super::{Rule, blame::blame_roles, homeservers};
use crate::Resolved;

/// See [`Code::RedactionsAllowed`].
pub(super) const RULE: Rule = Rule {
    code: Code::RedactionsAllowed,
    example: include_str!("../../tests/cases/err/redactions_allowed/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    blame_roles(
        fleet,
        report,
        homeservers::ROLES,
        "homeserver.allow-redactions",
        |host| homeservers::any_audited(host, |server| server.allow_redactions),
        |_, hosts| Kind::RedactionsAllowed { hosts },
    );
}
