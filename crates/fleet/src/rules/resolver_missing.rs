//! Hosts that can look up no name.

use diag::{Code, Kind, Report};

use super::{Rule, blame::blame};
use crate::Resolved;

/// See [`Code::ResolverMissing`].
pub(super) const RULE: Rule = Rule {
    code: Code::ResolverMissing,
    example: include_str!("../../tests/cases/err/resolver_missing/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let fixed =
        fleet.hosts.values().filter(|host| host.host.router.is_some() && host.base.name_servers.is_empty());
    blame(fleet, report, "base.name-servers", fixed, |_, hosts| Kind::ResolverMissing { hosts });
}
