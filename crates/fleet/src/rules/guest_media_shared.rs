//! Guests' files beside the system.

use diag::{Code, Kind, Report};
use settings::disk::Disk;

use super::{Rule, blame::blame};
use crate::Resolved;

/// See [`Code::GuestMediaShared`].
pub(super) const RULE: Rule = Rule {
    code: Code::GuestMediaShared,
    example: include_str!("../../tests/cases/err/guest_media_shared/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let shared = fleet.hosts.values().filter(|host| is_shared(&host.disk));
    blame(fleet, report, "disk.guest-media-device", shared, |host, hosts| Kind::GuestMediaShared {
        hosts,
        device: host.disk.guest_media_device.as_ref().map(ToString::to_string).unwrap_or_default(),
        system: host.disk.device.to_string(),
    });
}

fn is_shared(disk: &Disk) -> bool {
    disk.guest_media_device.as_ref().is_some_and(|media| media.shares_a_disk_with(&disk.device))
}
