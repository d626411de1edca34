//! Hosts that cannot join the tunnel yet.

use diag::{Code, Diagnostic, Kind, Report};

use super::{Rule, blame};
use crate::Resolved;

/// See [`Code::KeyMissing`].
pub(super) const RULE: Rule = Rule {
    code: Code::KeyMissing,
    example: include_str!("../../tests/cases/err/key_missing/none/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let without: Vec<_> = fleet.hosts.values().filter(|host| host.host.tunnel_key.is_none()).collect();
    let Some(first) = without.first() else { return };
    // One complaint for all: one command makes all keys.
    let kind = Kind::KeyMissing { hosts: blame::hosts(&without) };
    let place = fleet.places.key(&format!("host.{}", first.name));
    report.push(Diagnostic::new(kind).at(place));
}
