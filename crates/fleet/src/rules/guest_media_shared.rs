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

/// Whether guest media is on the system's disk or on a partition of it: `/dev/vda1`, `/dev/nvme0n1p1`,
/// `/dev/disk/by-id/x-part1`.
fn is_shared(disk: &Disk) -> bool {
    let Some(media) = &disk.guest_media_device else { return false };
    let Some(rest) = media.as_str().strip_prefix(disk.device.as_str()) else { return false };
    let number = rest.strip_prefix("-part").or_else(|| rest.strip_prefix('p')).unwrap_or(rest);
    number.chars().all(|c| c.is_ascii_digit())
}
