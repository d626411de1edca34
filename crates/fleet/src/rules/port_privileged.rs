//! Ports that a sandbox does not allow.

use diag::{Code, Kind, Report};

use super::{
    Rule,
    listeners::{self, Unit},
};
use crate::Resolved;

/// See [`Code::PortPrivileged`].
pub(super) const RULE: Rule = Rule {
    code: Code::PortPrivileged,
    example: include_str!("../../tests/cases/err/port_privileged/fleet.toml"),
    check,
};

/// First port that needs no capability (Linux: `ip_unprivileged_port_start`).
const UNPRIVILEGED: u16 = 1024;

fn check(fleet: &Resolved, report: &mut Report) {
    listeners::blame_ports(
        fleet,
        report,
        // The kernel listens for the tunnel, and port 0 has a complaint of its own.
        |listener| {
            listener.unit != Unit::One("wg-fleet") && (1..UNPRIVILEGED).contains(&listener.ports.first)
        },
        |hosts, key, listener| Kind::PortPrivileged {
            hosts,
            key: key.to_owned(),
            port: listener.ports.first,
            unit: listener.named(),
        },
    );
}
