//! Disks that nobody can open.

use diag::{Code, Kind, Report};

use super::{Rule, blame::blame};
use crate::Resolved;

/// See [`Code::UnlockImpossible`].
pub(super) const RULE: Rule = Rule {
    code: Code::UnlockImpossible,
    example: include_str!("../../tests/cases/err/unlock_impossible/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let keyless =
        |host: &&crate::ResolvedHost| host.disk.unlock_keys.is_empty() && host.base.ssh_keys.is_empty();
    blame(fleet, report, "disk.unlock-keys", fleet.hosts.values().filter(keyless), |_, hosts| {
        Kind::UnlockImpossible { hosts }
    });
}
