//! Port ranges that hold no port.

use diag::{Code, Kind, Report};
use settings::host::RoleName;

use super::{Rule, blame::blame_roles};
use crate::{Resolved, ResolvedHost, Role};

/// See [`Code::RangeReversed`].
pub(super) const RULE: Rule = Rule {
    code: Code::RangeReversed,
    example: include_str!("../../tests/cases/err/range_reversed/fleet.toml"),
    check,
};

/// Roles, option of the first port, and the range on a host.
type Range = (&'static [RoleName], &'static str, fn(&ResolvedHost) -> Option<(u16, u16)>);

const BOTH: &[RoleName] = &[RoleName::Core, RoleName::Edge];

const RANGES: &[Range] = &[
    (BOTH, "livekit.rtc-port-first", |host| {
        host.livekit().map(|livekit| (livekit.rtc_port_first.0, livekit.rtc_port_last.0))
    }),
    (BOTH, "turn.relay-port-first", |host| {
        host.turn().map(|turn| (turn.relay_port_first.0, turn.relay_port_last.0))
    }),
    (&[RoleName::Edge], "relay-port-first", |host| match &host.role {
        Role::Edge(edge) => Some((edge.relay_port_first.0, edge.relay_port_last.0)),
        _ => None,
    }),
];

fn check(fleet: &Resolved, report: &mut Report) {
    for (roles, option, range) in RANGES {
        let reversed = |host: &ResolvedHost| range(host).is_some_and(|(first, last)| first > last);
        blame_roles(fleet, report, roles, option, reversed, |host, hosts| {
            let (first, last) = range(host).unwrap_or_default();
            Kind::RangeReversed { hosts, key: format!("{}.{option}", host.host.role), first, last }
        });
    }
}
