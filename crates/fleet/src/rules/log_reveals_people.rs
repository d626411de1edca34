//! Logs that tell who called whom.

use diag::{Code, Kind, Report};
use settings::homeserver::LogLevel;

use super::{Rule, blame::blame_roles, media};
use crate::Resolved;

/// See [`Code::LogRevealsPeople`].
pub(super) const RULE: Rule = Rule {
    code: Code::LogRevealsPeople,
    example: include_str!("../../tests/cases/err/log_reveals_people/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    blame_roles(
        fleet,
        report,
        media::ROLES,
        "livekit.log",
        |host| media::any(host, |livekit| matches!(livekit.log, LogLevel::Info | LogLevel::Debug)),
        |host, hosts| Kind::LogRevealsPeople {
            hosts,
            level: host.livekit().map(|livekit| livekit.log.to_string()).unwrap_or_default(),
        },
    );
}
