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
    let mut tunnel = Next::after(&allocations.tunnel, 1);
    let mut foci = Next::after(&allocations.foci, 0);
    let mut clusters = Next::after(&allocations.clusters, 0);
    for host in hosts.iter() {
        tunnel.give(&mut allocations.tunnel, host.name);
        let clustered = host.region.1 == MediaMode::Cluster;
        match host.role {
            RoleName::Core => foci.give(&mut allocations.foci, &core_focus()),
            RoleName::Edge if clustered => {
                foci.give(&mut allocations.foci, host.region.0);
                clusters.give(&mut allocations.clusters, host.region.0);
            }
            RoleName::Edge => foci.give(&mut allocations.foci, host.name),
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

/// The index that is given out next: one more than the highest that ever was.
struct Next(u64);

impl Next {
    fn after<I: Copy + Ord + Into<u64>>(given: &BTreeMap<Name, I>, first: u64) -> Self {
        Self(given.values().copied().max().map_or(first, |highest| highest.into() + 1))
    }

    fn give<I: TryFrom<u64>>(&mut self, given: &mut BTreeMap<Name, I>, name: &Name) {
        if given.contains_key(name) {
            return;
        }
        if let Ok(index) = I::try_from(self.0) {
            given.insert(name.clone(), index);
            self.0 += 1;
        }
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
