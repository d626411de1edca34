//! Guests' files beside the system.

use diag::{Code, Kind, Report};
use serde_json::Value;
use values::DevicePath;

use super::{Check, LocalRule, view};

/// See [`Code::HostGuestMediaShared`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostGuestMediaShared,
    example: include_str!("../../tests/cases/err/host_guest_media_shared/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let device = |path| view::text(host, path).and_then(|text| text.parse::<DevicePath>().ok());
    let (path, detail) = match (device(MEDIA), device(SYSTEM)) {
        // `disk.device` is the one of the two that Nix may set.
        (Some(media), Some(system)) if media.shares_a_disk_with(&system) => {
            (SYSTEM, format!("is {system}, and guest media lies on {media}"))
        }
        (None, _) if view::role(host) == "dmz" => (MEDIA, "names no disk".to_owned()),
        _ => return,
    };
    report.push(Kind::HostGuestMediaShared { path: path.to_owned(), detail });
}

const SYSTEM: &str = "options.disk.device";
const MEDIA: &str = "options.disk.guestMediaDevice";
