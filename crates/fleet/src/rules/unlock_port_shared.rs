//! Two host keys behind one port.

use diag::{Code, Kind, Report};

use super::{Rule, blame::blame};
use crate::Resolved;

/// See [`Code::UnlockPortShared`].
pub(super) const RULE: Rule = Rule {
    code: Code::UnlockPortShared,
    example: include_str!("../../tests/cases/err/unlock_port_shared/fleet.toml"),
    check,
};

/// Port of the real sshd.
const SSH: u16 = 22;

fn check(fleet: &Resolved, report: &mut Report) {
    let shared = fleet.hosts.values().filter(|host| host.disk.unlock_port.0 == SSH);
    blame(fleet, report, "disk.unlock-port", shared, |_, hosts| Kind::UnlockPortShared { hosts });
}
