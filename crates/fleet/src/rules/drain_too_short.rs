//! Calls that a stop cuts off.

use diag::{Code, Kind, Report};

use super::{Rule, blame::blame_roles, media};
use crate::Resolved;

/// See [`Code::DrainTooShort`].
pub(super) const RULE: Rule = Rule {
    code: Code::DrainTooShort,
    example: include_str!("../../tests/cases/err/drain_too_short/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    blame_roles(
        fleet,
        report,
        media::ROLES,
        "livekit.drain-time",
        |host| media::any(host, |livekit| livekit.drain_time < livekit.longest_call),
        |host, hosts| Kind::DrainTooShort {
            hosts,
            drain: host.livekit().map(|livekit| livekit.drain_time.to_string()).unwrap_or_default(),
            call: host.livekit().map(|livekit| livekit.longest_call.to_string()).unwrap_or_default(),
        },
    );
}
