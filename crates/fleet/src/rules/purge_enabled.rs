//! Originals of deleted messages that do not stay.

use diag::{Code, Kind, Report};

use super::{Rule, blame::blame_roles, homeservers};
use crate::Resolved;

/// See [`Code::PurgeEnabled`].
pub(super) const RULE: Rule = Rule {
    code: Code::PurgeEnabled,
    example: include_str!("../../tests/cases/err/purge_enabled/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    blame_roles(
        fleet,
        report,
        homeservers::ROLES,
        "homeserver.redaction-retention-seconds",
        |host| homeservers::any_audited(host, |server| server.redaction_retention_seconds.get() != 0),
        |host, hosts| {
            let seconds = homeservers::of(host).map_or(0, |server| server.redaction_retention_seconds.get());
            Kind::PurgeEnabled { hosts, seconds }
        },
    );
}
