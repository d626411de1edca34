//! Daemons below their floors, for the two rules on versions.

use std::collections::BTreeMap;

use diag::{Kind, Report};
use settings::{
    core::Accounts,
    daemons::{Daemon, Entry, Floor, TABLE, When},
};
use values::Version;

use super::blame::blame;
use crate::{Resolved, ResolvedHost, Role};

/// A daemon below a floor.
pub(super) struct Missed<'t> {
    pub(super) daemon: Daemon,
    pub(super) version: Version,
    pub(super) floor: &'t Floor,
}

/// Complains about daemons below a floor that a pinned package set reaches, or about the others.
pub(super) fn check(
    fleet: &Resolved,
    report: &mut Report,
    reached: bool,
    words: fn(&Missed<'_>, String) -> Kind,
) {
    for entry in &TABLE {
        let mut below: BTreeMap<Version, Vec<&ResolvedHost>> = BTreeMap::new();
        for host in fleet.hosts.values().filter(|host| runs(fleet, host, entry.daemon)) {
            below.entry(host.versions.of(entry.daemon)).or_default().push(host);
        }
        for (version, hosts) in below {
            for floor in floors(entry, version, reached) {
                let bad = hosts.iter().copied().filter(|host| concerns(floor.when, host));
                let option = format!("versions.{}", entry.daemon);
                let missed = Missed { daemon: entry.daemon, version, floor };
                blame(fleet, report, &option, bad, |_, hosts| words(&missed, hosts));
            }
        }
    }
}

/// The floors of one kind that a version misses.
fn floors(entry: &Entry, version: Version, reached: bool) -> impl Iterator<Item = &Floor> {
    let missed = entry.floors.iter().filter(move |floor| version < floor.at_least);
    missed.filter(move |floor| entry.reaches(floor) == reached)
}

/// Whether a daemon runs on a host.
fn runs(fleet: &Resolved, host: &ResolvedHost, daemon: Daemon) -> bool {
    match daemon {
        Daemon::Traefik => !matches!(host.role, Role::Core(_)),
        Daemon::Tuwunel => matches!(host.role, Role::Core(_) | Role::Dmz(_)),
        Daemon::Livekit => host.livekit().is_some(),
        Daemon::Coturn => {
            host.turn().is_some() && !matches!(&host.role, Role::Core(core) if !core.public_media)
        }
        Daemon::TokenService => matches!(host.role, Role::Core(_)) && !fleet.foci.is_empty(),
    }
}

/// Whether a floor holds on a host.
fn concerns(when: When, host: &ResolvedHost) -> bool {
    match when {
        When::Always => true,
        When::Audit => host.audit.enable,
        When::Oidc => matches!(&host.role, Role::Core(core) if core.accounts == Accounts::Oidc),
        // Until it is rendered there is none.
        When::Broker => false,
    }
}
