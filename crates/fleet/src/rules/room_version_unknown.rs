//! Rooms that the homeserver does not make.

use diag::{Code, Kind, Report};

use super::{Rule, blame::blame_roles, homeservers};
use crate::Resolved;

/// See [`Code::RoomVersionUnknown`].
pub(super) const RULE: Rule = Rule {
    code: Code::RoomVersionUnknown,
    example: include_str!("../../tests/cases/err/room_version_unknown/fleet.toml"),
    check,
};

/// Stable in Tuwunel 1.9 (tuwunel: src/core/config, `default_room_version`).
const STABLE: std::ops::RangeInclusive<u8> = 6..=12;

fn check(fleet: &Resolved, report: &mut Report) {
    let stable = |version: Option<u8>| version.is_some_and(|version| STABLE.contains(&version));
    blame_roles(
        fleet,
        report,
        homeservers::ROLES,
        "homeserver.room-version",
        |host| homeservers::any(host, |server| !stable(homeservers::room_version(server))),
        |host, hosts| Kind::RoomVersionUnknown { hosts, version: homeservers::room_version_text(host) },
    );
}
