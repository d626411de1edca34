//! Disks that give away what is on them.

use diag::{Code, Kind, Report};
use settings::disk::DiskEncryption;

use super::{Rule, blame::blame};
use crate::Resolved;

/// See [`Code::DiskUnencrypted`].
pub(super) const RULE: Rule = Rule {
    code: Code::DiskUnencrypted,
    example: include_str!("../../tests/cases/err/disk_unencrypted/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let plain = fleet.hosts.values().filter(|host| host.disk.encryption == DiskEncryption::None);
    blame(fleet, report, "disk.encryption", plain, |_, hosts| Kind::DiskUnencrypted { hosts });
}
