//! Rooms that an auditor could not read.

use diag::{Code, Kind, Report};

use super::{Rule, blame::blame_roles, homeservers};
use crate::Resolved;

/// See [`Code::EncryptionAllowed`].
pub(super) const RULE: Rule = Rule {
    code: Code::EncryptionAllowed,
    example: include_str!("../../tests/cases/err/encryption_allowed/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    blame_roles(
        fleet,
        report,
        homeservers::ROLES,
        "homeserver.allow-encryption",
        |host| homeservers::any_audited(host, |server| server.allow_encryption),
        |_, hosts| Kind::EncryptionAllowed { hosts },
    );
}
