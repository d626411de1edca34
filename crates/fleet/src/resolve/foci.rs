//! Foci and clusters.

use std::collections::BTreeMap;

use diag::{Diagnostic, Kind};
use manifest::Allocations;
use settings::{host::RoleName, region::MediaMode};
use values::Name;

use super::{
    hosts::{Machines, Stage},
    media_host::MediaHost,
    settle::Settler,
};
use crate::{Cluster, Focus, FocusKind, allocate::core_focus, ports};

/// All foci in the order of their index, and the clusters.
pub(crate) fn of(
    stage: &Stage<'_>,
    machines: &Machines,
    allocations: &Allocations,
    media_host: &MediaHost,
    settler: &mut Settler<'_>,
) -> Option<(Vec<Focus>, Vec<Cluster>)> {
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
    // All of them before any is given up, so that each complaint comes in one run.
    let foci: Vec<Option<Focus>> = members
        .into_iter()
        .map(|(name, (kind, region, hosts))| {
            let index = allocations.foci.get(&name).copied();
            let port = port(settler, "token service", &name, index, ports::token_service);
            focus(stage, machines, name, kind, region, hosts, port?)
        })
        .collect();
    let mut foci: Vec<Focus> = foci.into_iter().collect::<Option<_>>()?;
    foci.sort_by_key(|focus| focus.index);
    let clusters: Vec<Option<Cluster>> = foci
        .iter()
        .filter(|focus| focus.kind == FocusKind::Cluster)
        .map(|focus| {
            let index = allocations.clusters.get(&focus.name).copied();
            let (index, redis_port) = port(settler, "Redis instance", &focus.name, index, ports::redis)?;
            Some(Cluster { name: focus.name.clone(), index, redis_port, hosts: focus.hosts.clone() })
        })
        .collect();
    Some((foci, clusters.into_iter().collect::<Option<_>>()?))
}

/// Index and port of something that has one for each focus. Without an index the indices themselves have run out.
fn port(
    settler: &mut Settler<'_>,
    what: &str,
    focus: &Name,
    index: Option<u16>,
    port_of: fn(u16) -> Option<u16>,
) -> Option<(u16, u16)> {
    let found = index.and_then(|index| Some((index, port_of(index)?)));
    if found.is_none() {
        let kind = Kind::PortsExhausted {
            what: what.to_owned(),
            focus: focus.to_string(),
            number: index.map_or(u32::from(u16::MAX) + 1, u32::from),
        };
        let place = [format!("host.{focus}"), format!("region.{focus}")];
        let place = settler.places.first_of(place.iter().map(String::as_str));
        settler.complain(Diagnostic::new(kind).at(place));
    }
    found
}

fn focus(
    stage: &Stage<'_>,
    machines: &Machines,
    name: Name,
    kind: FocusKind,
    region: Name,
    hosts: Vec<Name>,
    (index, token_port): (u16, u16),
) -> Option<Focus> {
    let doors = match kind {
        FocusKind::Core => std::slice::from_ref(&stage.topology.gateway),
        FocusKind::Edge | FocusKind::Cluster => &hosts,
    };
    let door_addresses = doors.iter().filter_map(|host| Some(machines.get(host)?.tunnel_address)).collect();
    let domain = stage.fleet.domain.under(&format!("{name}.sfu"))?;
    let service_url = format!("https://rtc.{}/{name}", stage.fleet.domain);
    Some(Focus { name, index, kind, region, domain, service_url, token_port, hosts, door_addresses })
}
