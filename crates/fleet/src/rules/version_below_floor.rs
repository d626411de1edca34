//! Versions below a floor that a pinned package set reaches.

use diag::{Code, Kind, Report};

use super::{Rule, floors};
use crate::Resolved;

/// See [`Code::VersionBelowFloor`].
pub(super) const RULE: Rule = Rule {
    code: Code::VersionBelowFloor,
    example: include_str!("../../tests/cases/err/version_below_floor/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    floors::check(fleet, report, true, |missed, hosts| Kind::VersionBelowFloor {
        hosts,
        daemon: missed.daemon.to_string(),
        version: missed.version.to_string(),
        at_least: missed.floor.at_least.to_string(),
        reason: missed.floor.reason.to_owned(),
        option: missed.daemon.nix_name(),
    });
}
