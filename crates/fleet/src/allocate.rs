//! Indices for hosts, foci and clusters. Given-out indices never change and are never given out again.

use std::collections::BTreeMap;

use manifest::Allocations;
use settings::{host::RoleName, region::MediaMode};
use values::Name;

/// What allocation needs to know of a host.
pub(crate) struct Candidate<'a> {
    /// Name.
    pub(crate) name: &'a Name,
    /// Role.
    pub(crate) role: RoleName,
    /// Region and its media mode.
    pub(crate) region: (&'a Name, MediaMode),
}

/// Adds whatever is missing to `allocations`, in an order that does not depend on when hosts were added: roles first
/// (the core gets the first address), then names.
pub(crate) fn complete(mut allocations: Allocations, hosts: &mut [Candidate<'_>]) -> Allocations {
    let rank = |role| match role {
        RoleName::Core => 0,
        RoleName::Gateway => 1,
        RoleName::Dmz => 2,
        RoleName::Edge => 3,
    };
    hosts.sort_by_key(|host| (rank(host.role), host.name));
    for host in hosts.iter() {
        give(&mut allocations.tunnel, host.name, 1);
        let clustered = host.region.1 == MediaMode::Cluster;
        match host.role {
            RoleName::Core => give(&mut allocations.foci, &core_focus(), 0),
            RoleName::Edge if clustered => {
                give(&mut allocations.foci, host.region.0, 0);
                give(&mut allocations.clusters, host.region.0, 0);
            }
            RoleName::Edge => give(&mut allocations.foci, host.name, 0),
            RoleName::Gateway | RoleName::Dmz => {}
        }
    }
    allocations
}

/// The name of the core's own focus.
pub(crate) fn core_focus() -> Name {
    // The literal is a valid name; were it not, the placeholder would show in every document.
    "core".parse().unwrap_or_else(|_| unreachable!("`core` is a name"))
}

/// The next index after the highest that was ever given out.
fn give<I: Copy + Ord + Into<u64> + TryFrom<u64>>(map: &mut BTreeMap<Name, I>, name: &Name, first: u64) {
    if map.contains_key(name) {
        return;
    }
    let next = map.values().copied().max().map_or(first, |highest| highest.into() + 1);
    if let Ok(next) = I::try_from(next) {
        map.insert(name.clone(), next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    #[test]
    fn indices_stay_when_hosts_come_and_go() {
        let (core, edge, new, fra) = (name("core-fra"), name("edge-b"), name("edge-a"), name("fra"));
        let host = |n, role| Candidate { name: n, role, region: (&fra, MediaMode::MultiSfu) };
        let before =
            complete(Allocations::default(), &mut [host(&edge, RoleName::Edge), host(&core, RoleName::Core)]);
        assert_eq!((before.tunnel[&core], before.tunnel[&edge]), (1, 2));
        // edge-b leaves, edge-a comes: the old index is not reused.
        let after = complete(before, &mut [host(&new, RoleName::Edge), host(&core, RoleName::Core)]);
        assert_eq!((after.tunnel[&core], after.tunnel[&edge], after.tunnel[&new]), (1, 2, 3));
        assert_eq!(after.foci[&new], 2);
    }
}
