//! Two programs that want one port.

use diag::{Code, Kind, Report};

use super::{Rule, listeners};
use crate::Resolved;

/// See [`Code::PortTaken`].
pub(super) const RULE: Rule = Rule {
    code: Code::PortTaken,
    example: include_str!("../../tests/cases/err/port_taken/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    listeners::report_clashes(fleet, report, |hosts, first, second| {
        (first.is_single() && second.is_single()).then(|| Kind::PortTaken {
            hosts,
            port: second.ports.first,
            protocol: second.protocol.as_str().to_owned(),
            first: first.named(),
            second: second.named(),
        })
    });
}
