//! Names as a way out of a segment.

use diag::{Code, Kind, Report};

use super::{Rule, blame::blame};
use crate::Resolved;

/// See [`Code::DmzResolverOpen`].
pub(super) const RULE: Rule = Rule {
    code: Code::DmzResolverOpen,
    example: include_str!("../../tests/cases/err/dmz_resolver_open/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let open = fleet.dmzs().map(|(host, _)| host).filter(|host| host.base.name_servers.is_empty());
    blame(fleet, report, "base.name-servers", open, |_, hosts| Kind::DmzResolverOpen { hosts });
}
