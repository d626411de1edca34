//! Machines that would not boot.

use diag::{Code, Kind, Report};
use settings::{
    host::Architecture,
    platform::{BootLoader, Firmware},
};

use super::{Rule, blame::blame};
use crate::{Resolved, ResolvedHost};

/// See [`Code::FirmwareMismatch`].
pub(super) const RULE: Rule = Rule {
    code: Code::FirmwareMismatch,
    example: include_str!("../../tests/cases/err/firmware_mismatch/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let wrong = fleet.hosts.values().filter(|host| mismatch(host).is_some());
    blame(fleet, report, "platform.firmware", wrong, |host, hosts| {
        let (first, second) = mismatch(host).unwrap_or_default();
        Kind::FirmwareMismatch { hosts, first: first.to_owned(), second: second.to_owned() }
    });
}

/// What does not work with what.
fn mismatch(host: &ResolvedHost) -> Option<(&'static str, &'static str)> {
    let platform = &host.platform;
    match (platform.firmware, platform.boot_loader, host.host.architecture) {
        (Firmware::Bios, _, Architecture::Arm) => Some(("BIOS firmware", "an ARM machine")),
        (Firmware::Bios, BootLoader::SystemdBoot, _) => Some(("systemd-boot", "BIOS firmware")),
        _ => None,
    }
}
