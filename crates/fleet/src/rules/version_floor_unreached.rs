//! Versions below a floor that no pinned package set reaches.

use diag::{Code, Kind, Report};

use super::{Rule, floors};
use crate::Resolved;

/// See [`Code::VersionFloorUnreached`].
pub(super) const RULE: Rule = Rule {
    code: Code::VersionFloorUnreached,
    example: include_str!("../../tests/cases/err/version_floor_unreached/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    floors::check(fleet, report, false, |missed, hosts| Kind::VersionFloorUnreached {
        hosts,
        daemon: missed.daemon.to_string(),
        version: missed.version.to_string(),
        at_least: missed.floor.at_least.to_string(),
        reason: missed.floor.reason.to_owned(),
        option: missed.daemon.nix_name(),
    });
}
