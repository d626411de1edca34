//! A key server without an address.

use diag::{Code, Kind, Report};
use settings::disk::Unlock;

use super::{Rule, blame::blame};
use crate::Resolved;

/// See [`Code::TangIncomplete`].
pub(super) const RULE: Rule = Rule {
    code: Code::TangIncomplete,
    example: include_str!("../../tests/cases/err/tang_incomplete/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let lost =
        fleet.hosts.values().filter(|host| host.disk.unlock == Unlock::Tang && host.disk.tang_url.is_none());
    blame(fleet, report, "disk.unlock", lost, |_, hosts| Kind::TangIncomplete { hosts });
}
