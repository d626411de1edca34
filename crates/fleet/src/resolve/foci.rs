//! Foci and clusters.

use std::collections::BTreeMap;

use manifest::Allocations;
use settings::{host::RoleName, region::MediaMode};
use values::Name;

use super::{
    hosts::{Machines, Stage},
    media_host::MediaHost,
};
use crate::{Cluster, Focus, FocusKind, allocate::core_focus, ports};

/// All foci in the order of their index, and the clusters.
pub(crate) fn of(
    stage: &Stage<'_>,
    machines: &Machines,
    allocations: &Allocations,
    media_host: &MediaHost,
) -> (Vec<Focus>, Vec<Cluster>) {
    let mut members: BTreeMap<Name, (FocusKind, Name, Vec<Name>)> = BTreeMap::new();
    for (name, seat) in &stage.topology.hosts {
        let (focus, kind) = match (seat.role, seat.mode) {
            (RoleName::Core, _) if media_host.is_core => (core_focus(), FocusKind::Core),
            (RoleName::Edge, MediaMode::Cluster) => (seat.region.clone(), FocusKind::Cluster),
            (RoleName::Edge, _) => (name.clone(), FocusKind::Edge),
            (RoleName::Core | RoleName::Gateway | RoleName::Dmz, _) => continue,
        };
        members.entry(focus).or_insert_with(|| (kind, seat.region.clone(), Vec::new())).2.push(name.clone());
    }
    let mut foci: Vec<Focus> = members
        .into_iter()
        .filter_map(|(name, (kind, region, hosts))| {
            focus(stage, machines, allocations, name, kind, region, hosts)
        })
        .collect();
    foci.sort_by_key(|focus| focus.index);
    let clusters = foci
        .iter()
        .filter(|focus| focus.kind == FocusKind::Cluster)
        .filter_map(|focus| {
            let index = *allocations.clusters.get(&focus.name)?;
            let redis_port = ports::REDIS.checked_add(index)?;
            Some(Cluster { name: focus.name.clone(), index, redis_port, hosts: focus.hosts.clone() })
        })
        .collect();
    (foci, clusters)
}

fn focus(
    stage: &Stage<'_>,
    machines: &Machines,
    allocations: &Allocations,
    name: Name,
    kind: FocusKind,
    region: Name,
    hosts: Vec<Name>,
) -> Option<Focus> {
    let index = *allocations.foci.get(&name)?;
    let doors = match kind {
        FocusKind::Core => std::slice::from_ref(&stage.topology.gateway),
        FocusKind::Edge | FocusKind::Cluster => &hosts,
    };
    let door_addresses = doors.iter().filter_map(|host| Some(machines.get(host)?.tunnel_address)).collect();
    let domain = stage.fleet.domain.under(&format!("{name}.sfu"))?;
    let service_url = format!("https://rtc.{}/{name}", stage.fleet.domain);
    let token_port = ports::TOKEN_SERVICES.checked_add(index)?;
    Some(Focus { name, index, kind, region, domain, service_url, token_port, hosts, door_addresses })
}
