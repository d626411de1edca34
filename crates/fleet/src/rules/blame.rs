//! Whom to blame: hosts that break a rule by one and the same line get one complaint, not one each.

use diag::{Diagnostic, Kind, Report};
use settings::host::RoleName;

use crate::{Resolved, ResolvedHost};

/// Complains about the hosts in `bad`, whose `option` is wrong. Each host that sets the option itself gets a complaint
/// of its own; all that have it from the fleet-wide table, or by default, share one. `kind` is given the first of the
/// hosts and the names of all.
pub(super) fn blame<'f>(
    fleet: &Resolved,
    report: &mut Report,
    option: &str,
    bad: impl IntoIterator<Item = &'f ResolvedHost>,
    kind: impl Fn(&ResolvedHost, String) -> Kind,
) {
    let sets_it = |host: &&ResolvedHost| fleet.places.has(&host.paths(option)[0]);
    let (own, shared): (Vec<_>, Vec<_>) = bad.into_iter().partition(sets_it);
    for group in own.iter().map(std::slice::from_ref).chain([shared.as_slice()]) {
        let Some(first) = group.first() else { continue };
        let complaint = Diagnostic::new(kind(first, hosts(group))).at(fleet.place(first, option));
        report.push(if group.len() == 1 { complaint.on(first.name.as_str()) } else { complaint });
    }
}

/// As [`blame`], for an option that several roles have under the same name below their own table.
pub(super) fn blame_roles(
    fleet: &Resolved,
    report: &mut Report,
    roles: &[RoleName],
    option: &str,
    bad: impl Fn(&ResolvedHost) -> bool,
    kind: impl Fn(&ResolvedHost, String) -> Kind,
) {
    for role in roles {
        let hosts = fleet.hosts.values().filter(|host| host.host.role == *role && bad(host));
        blame(fleet, report, &format!("{role}.{option}"), hosts, &kind);
    }
}

/// "`a`", "`a` and `b`", "`a` and 7 more hosts" for a `thing` of "hosts".
pub(super) fn names<'n>(names: impl IntoIterator<Item = &'n str>, thing: &str) -> String {
    let names: Vec<_> = names.into_iter().collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => format!("`{only}`"),
        [first, second] => format!("`{first}` and `{second}`"),
        [first, more @ ..] => format!("`{first}` and {} more {thing}", more.len()),
    }
}

/// [`names`] of hosts.
pub(super) fn hosts<'f>(hosts: impl IntoIterator<Item = &'f &'f ResolvedHost>) -> String {
    names(hosts.into_iter().map(|host| host.name.as_str()), "hosts")
}
