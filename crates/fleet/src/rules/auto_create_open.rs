//! Rooms that anybody can make.

use diag::{Code, Kind, Report};

use super::{Rule, blame::blame_roles, media};
use crate::Resolved;

/// See [`Code::AutoCreateOpen`].
pub(super) const RULE: Rule = Rule {
    code: Code::AutoCreateOpen,
    example: include_str!("../../tests/cases/err/auto_create_open/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    blame_roles(
        fleet,
        report,
        media::ROLES,
        "livekit.auto-create",
        |host| media::any(host, |livekit| livekit.auto_create),
        |_, hosts| Kind::AutoCreateOpen { hosts },
    );
}
