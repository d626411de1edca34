//! Strangers who learn who calls.

use std::{collections::HashSet, net::IpAddr};

use diag::{Code, Kind, Report};

use super::{Rule, addresses, blame::blame_roles, media};
use crate::Resolved;

/// See [`Code::StunThirdParty`].
pub(super) const RULE: Rule = Rule {
    code: Code::StunThirdParty,
    example: include_str!("../../tests/cases/err/stun_third_party/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let addresses: HashSet<IpAddr> =
        fleet.hosts.values().flat_map(addresses::public).map(|(_, address)| address).collect();
    let domain = fleet.fleet.domain.as_str();
    let is_within =
        |name: &str| name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let own = |name: &str| is_within(name) || name.parse().is_ok_and(|address| addresses.contains(&address));
    let foreign = |server: &&String| media::stun_name(server).is_some_and(|name| !own(name));
    blame_roles(
        fleet,
        report,
        media::ROLES,
        "livekit.stun-servers",
        |host| media::any(host, |livekit| livekit.stun_servers.iter().any(|server| foreign(&server))),
        |host, hosts| Kind::StunThirdParty {
            hosts,
            server: media::first_stun(host, foreign),
            domain: domain.to_owned(),
        },
    );
}
