//! Port ranges that hold no port.

use diag::{Code, Kind, Report};
use settings::host::RoleName;

use super::{Rule, blame::blame_roles, media};
use crate::{Resolved, ResolvedHost, Role};

/// See [`Code::RangeReversed`].
pub(super) const RULE: Rule = Rule {
    code: Code::RangeReversed,
    example: include_str!("../../tests/cases/err/range_reversed/fleet.toml"),
    check,
};

/// Roles, options without their last word, and the range on a host.
type Range = (&'static [RoleName], &'static str, fn(&ResolvedHost) -> Option<(u16, u16)>);

const RANGES: &[Range] = &[
    (media::ROLES, "livekit.rtc-port", |host| {
        host.livekit().map(|livekit| (livekit.rtc_port_first.0, livekit.rtc_port_last.0))
    }),
    (media::ROLES, "turn.relay-port", |host| {
        host.turn().map(|turn| (turn.relay_port_first.0, turn.relay_port_last.0))
    }),
    (&[RoleName::Edge], "relay-port", |host| match &host.role {
        Role::Edge(edge) => Some((edge.relay_port_first.0, edge.relay_port_last.0)),
        _ => None,
    }),
];

fn check(fleet: &Resolved, report: &mut Report) {
    for (roles, stem, range) in RANGES {
        for end in ["first", "last"] {
            let option = format!("{stem}-{end}");
            let reversed = |host: &ResolvedHost| {
                range(host).is_some_and(|(first, last)| first > last) && moved_end(fleet, host, stem) == end
            };
            blame_roles(fleet, report, roles, &option, reversed, |host, hosts| {
                let (first, last) = range(host).unwrap_or_default();
                Kind::RangeReversed { hosts, key: format!("{}.{option}", host.host.role), first, last }
            });
        }
    }
}

/// The end that the manifest moves; the first when it moves both.
fn moved_end(fleet: &Resolved, host: &ResolvedHost, stem: &str) -> &'static str {
    let is_set = |end: &str| {
        let paths = host.paths(&format!("{}.{stem}-{end}", host.host.role));
        paths.iter().any(|path| fleet.places.has(path))
    };
    if is_set("last") && !is_set("first") { "last" } else { "first" }
}
