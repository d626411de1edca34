//! Nobody of the fleet to ask for one's address.

use diag::{Code, Kind, Report};

use super::{Rule, blame::blame_roles, media};
use crate::Resolved;

/// See [`Code::StunMissing`].
pub(super) const RULE: Rule = Rule {
    code: Code::StunMissing,
    example: include_str!("../../tests/cases/err/stun_missing/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    blame_roles(
        fleet,
        report,
        media::ROLES,
        "livekit.stun-servers",
        |host| media::any(host, |livekit| livekit.stun_servers.is_empty()),
        |_, hosts| Kind::StunMissing { hosts },
    );
}
