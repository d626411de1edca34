//! STUN servers that cannot be parsed.

use std::net::IpAddr;

use diag::{Code, Kind, Report};
use values::Domain;

use super::{Rule, blame::blame_roles, media};
use crate::Resolved;

/// See [`Code::StunMalformed`].
pub(super) const RULE: Rule = Rule {
    code: Code::StunMalformed,
    example: include_str!("../../tests/cases/err/stun_malformed/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let parses = |name: &str| name.parse::<IpAddr>().is_ok() || name.parse::<Domain>().is_ok();
    let malformed = |server: &&String| !media::stun_name(server).is_some_and(parses);
    blame_roles(
        fleet,
        report,
        media::ROLES,
        "livekit.stun-servers",
        |host| media::any(host, |livekit| livekit.stun_servers.iter().any(|server| malformed(&server))),
        |host, hosts| Kind::StunMalformed { hosts, server: media::first_stun(host, malformed) },
    );
}
