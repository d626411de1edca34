//! Rooms whose creators nothing binds.

use diag::{Code, Kind, Report};

use super::{Rule, blame::blame_roles, homeservers};
use crate::Resolved;

/// See [`Code::RoomVersionTooNew`].
pub(super) const RULE: Rule = Rule {
    code: Code::RoomVersionTooNew,
    example: include_str!("../../tests/cases/err/room_version_too_new/fleet.toml"),
    check,
};

/// First version in which creators stand above power levels (MSC4289).
const UNBOUND: u8 = 12;

fn check(fleet: &Resolved, report: &mut Report) {
    blame_roles(
        fleet,
        report,
        homeservers::ROLES,
        "homeserver.room-version",
        |host| homeservers::any_audited(host, |server| homeservers::room_version(server) == Some(UNBOUND)),
        |host, hosts| Kind::RoomVersionTooNew { hosts, version: homeservers::room_version_text(host) },
    );
}
