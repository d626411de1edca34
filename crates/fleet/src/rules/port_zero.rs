//! Programs on a port that nobody knows.

use diag::{Code, Kind, Report};

use super::{Rule, listeners};
use crate::Resolved;

/// See [`Code::PortZero`].
pub(super) const RULE: Rule =
    Rule { code: Code::PortZero, example: include_str!("../../tests/cases/err/port_zero/fleet.toml"), check };

fn check(fleet: &Resolved, report: &mut Report) {
    listeners::blame_ports(
        fleet,
        report,
        |listener| listener.ports.first == 0,
        |hosts, key, listener| Kind::PortZero { hosts, key: key.to_owned(), unit: listener.named() },
    );
}
