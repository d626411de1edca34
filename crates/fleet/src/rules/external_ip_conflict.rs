//! Two sources for one address.

use diag::{Code, Kind, Report};

use super::{Rule, blame::blame_roles, media};
use crate::Resolved;

/// See [`Code::ExternalIpConflict`].
pub(super) const RULE: Rule = Rule {
    code: Code::ExternalIpConflict,
    example: include_str!("../../tests/cases/err/external_ip_conflict/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    blame_roles(
        fleet,
        report,
        media::ROLES,
        "livekit.use-external-ip",
        |host| media::any(host, |livekit| livekit.use_external_ip),
        |_, hosts| Kind::ExternalIpConflict { hosts },
    );
}
