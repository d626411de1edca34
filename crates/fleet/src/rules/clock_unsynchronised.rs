//! Clocks that nobody sets.

use diag::{Code, Kind, Report};

use super::{Rule, blame::blame};
use crate::Resolved;

/// See [`Code::ClockUnsynchronised`].
pub(super) const RULE: Rule = Rule {
    code: Code::ClockUnsynchronised,
    example: include_str!("../../tests/cases/err/clock_unsynchronised/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let adrift = fleet.hosts.values().filter(|host| host.base.time_servers.is_empty());
    blame(fleet, report, "base.time-servers", adrift, |_, hosts| Kind::ClockUnsynchronised { hosts });
}
