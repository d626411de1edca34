//! Settings of programs that are not there.

use diag::{Code, Kind, Report};
use settings::host::RoleName;

use super::{Rule, blame::blame};
use crate::{Relay, Resolved, ResolvedHost};

/// See [`Code::SettingUnused`].
pub(super) const RULE: Rule = Rule {
    code: Code::SettingUnused,
    example: include_str!("../../tests/cases/err/setting_unused/fleet.toml"),
    check,
};

/// Options of a role that are for one program.
struct Part {
    role: RoleName,
    options: &'static [&'static str],
    needs: &'static str,
    runs: fn(&Resolved, &ResolvedHost) -> bool,
}

const PARTS: &[Part] = &[
    Part {
        role: RoleName::Core,
        options: &["livekit", "turn"],
        needs: "public media on the core",
        runs: |_, host| host.livekit().is_some(),
    },
    Part {
        role: RoleName::Edge,
        options: &[
            "turn.relay-port-first",
            "turn.relay-port-last",
            "turn.allowed-peers",
            "turn.user-quota",
            "turn.total-quota",
            "turn.max-bps",
        ],
        needs: "coturn: backbone mode, or the edge that relays 1:1 calls",
        runs: |_, host| host.turn().is_some(),
    },
    Part {
        role: RoleName::Edge,
        options: &["relay-port-first", "relay-port-last", "turn-ttl-seconds"],
        needs: "the media server's own relay, and coturn stands in its place",
        runs: |_, host| host.relay() == Some(Relay::Own),
    },
    Part {
        role: RoleName::Edge,
        options: &["livekit.tcp-port"],
        needs: "media that does not come through a relay",
        runs: |_, host| host.relay() != Some(Relay::Backbone),
    },
    Part {
        role: RoleName::Core,
        options: &["turn-ttl-seconds"],
        needs: "a relay of 1:1 calls, and there is none",
        runs: |fleet, _| fleet.call_relay().is_some(),
    },
    Part {
        role: RoleName::Core,
        options: &["bot"],
        needs: "a tenant with a DMZ host, and there is none",
        runs: |fleet, _| fleet.dmzs().next().is_some(),
    },
];

fn check(fleet: &Resolved, report: &mut Report) {
    for part in PARTS {
        for option in part.options {
            let option = format!("{}.{option}", part.role);
            let idle = idle(fleet, part, &option);
            blame(fleet, report, &option, idle, |_, hosts| Kind::SettingUnused {
                key: option.clone(),
                hosts,
                needs: part.needs.to_owned(),
            });
        }
    }
}

/// Hosts for which the option was written in vain: in their own table, or in the fleet-wide one when nobody uses it.
fn idle<'f>(fleet: &'f Resolved, part: &Part, option: &str) -> Vec<&'f ResolvedHost> {
    let in_role = |host: &&ResolvedHost| host.role_name() == part.role;
    let is_shared = fleet.places.has(option);
    let own = |host: &ResolvedHost| fleet.places.has(&host.paths(option)[0]);
    let any = fleet.hosts.values().filter(in_role).any(|host| (part.runs)(fleet, host));
    let vain = |host: &&ResolvedHost| !(part.runs)(fleet, host) && (own(host) || (is_shared && !any));
    fleet.hosts.values().filter(in_role).filter(vain).collect()
}
