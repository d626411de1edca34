//! What would otherwise be searched for again and again: with ten thousand hosts a search for each host is too slow.

use std::collections::{BTreeMap, HashMap};

use settings::host::RoleName;
use values::Name;

use crate::{Flow, Focus, Party, Passage, ResolvedHost};

/// Positions by host name.
#[derive(Debug, Clone, Default)]
pub struct Index {
    flows: HashMap<Name, Vec<usize>>,
    foci: HashMap<Name, usize>,
    waves: HashMap<Name, usize>,
}

impl Index {
    /// Indexes a fleet.
    pub(crate) fn of(hosts: &BTreeMap<Name, ResolvedHost>, foci: &[Focus], flows: &[Flow]) -> Self {
        let (flows, (foci, waves)) =
            rayon::join(|| flows_by_host(flows), || (foci_by_host(foci), waves(hosts)));
        Self { flows, foci, waves }
    }

    /// Positions of the flows that touch a host, in the order of the list.
    pub(crate) fn flows(&self, host: &Name) -> &[usize] {
        self.flows.get(host).map_or(&[], Vec::as_slice)
    }

    /// Position of the focus that a host serves.
    pub(crate) fn focus(&self, host: &Name) -> Option<usize> {
        self.foci.get(host).copied()
    }

    /// Place of a host in the deploy order, from 1.
    pub(crate) fn wave(&self, host: &Name) -> usize {
        self.waves.get(host).copied().unwrap_or(1)
    }
}

/// Focus positions by the hosts that serve them.
pub(crate) fn foci_by_host(foci: &[Focus]) -> HashMap<Name, usize> {
    foci.iter()
        .enumerate()
        .flat_map(|(position, focus)| focus.hosts.iter().map(move |host| (host.clone(), position)))
        .collect()
}

fn flows_by_host(flows: &[Flow]) -> HashMap<Name, Vec<usize>> {
    let mut out: HashMap<Name, Vec<usize>> = HashMap::new();
    for (position, flow) in flows.iter().enumerate() {
        let ends = [&flow.from, &flow.to].into_iter().filter_map(|party| match party {
            Party::Host(name) => Some(name),
            Party::Admins | Party::Internet => None,
        });
        let via = match &flow.passage {
            Passage::Forward(gateway) => Some(gateway),
            Passage::Accept => None,
        };
        for name in ends.chain(via) {
            match out.get_mut(name) {
                Some(positions) if positions.last() == Some(&position) => {}
                Some(positions) => positions.push(position),
                None => {
                    out.insert(name.clone(), vec![position]);
                }
            }
        }
    }
    out
}

/// Edges first, never two of one region at once; then DMZ and gateway; the core last.
fn waves(hosts: &BTreeMap<Name, ResolvedHost>) -> HashMap<Name, usize> {
    let mut in_region: HashMap<&Name, usize> = HashMap::new();
    let mut out = HashMap::new();
    for host in hosts.values().filter(|host| host.role_name() == RoleName::Edge) {
        let turn = in_region.entry(&host.host.region).or_insert(0);
        *turn += 1;
        out.insert(host.name.clone(), *turn);
    }
    let edges = in_region.values().copied().max().unwrap_or(0);
    for host in hosts.values() {
        let wave = match host.role_name() {
            RoleName::Edge => continue,
            RoleName::Dmz => edges + 1,
            RoleName::Gateway => edges + 2,
            RoleName::Core => edges + 3,
        };
        out.insert(host.name.clone(), wave);
    }
    out
}
