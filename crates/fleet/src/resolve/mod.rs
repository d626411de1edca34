//! [`Written`] → [`Resolved`]: everything that follows from the rest of the fleet is filled in, defaults last.

mod core;
mod dmz;
mod edge;
mod foci;
mod gateway;
mod homeserver;
mod hosts;
mod media_host;
mod settle;
mod topology;

use std::collections::BTreeMap;

use diag::Report;
use manifest::Written;

use crate::{Index, Resolved, flows};
use settle::Settler;

/// Resolves a manifest. There is a result only when nothing necessary is missing.
pub fn resolve(written: Written) -> (Option<Resolved>, Report) {
    let mut settler = Settler::new(&written.places);
    let resolved = attempt(&written, &mut settler);
    let report = settler.finish();
    let resolved = resolved.map(|mut resolved| {
        resolved.places = written.places;
        resolved.flows = flows::of(&resolved);
        resolved.index = Index::of(&resolved.hosts, &resolved.foci, &resolved.flows);
        resolved
    });
    (resolved, report)
}

fn attempt(written: &Written, settler: &mut Settler<'_>) -> Option<Resolved> {
    let fleet = settler.settle(written.fleet.clone(), "fleet");
    let regions: Option<BTreeMap<_, _>> = settler.all(&written.regions, "region");
    let tenants: Option<BTreeMap<_, _>> = settler.all(&written.tenants, "tenant");
    let (regions, tenants) = (regions?, tenants?);
    let topology = topology::find(written, &regions, &tenants, settler)?;
    let fleet = fleet?;
    let stage = hosts::Stage { written, fleet: &fleet, regions: &regions, tenants: &tenants, topology };
    let (machines, allocations) = hosts::machines(&stage, settler)?;
    let media_host = media_host::of(&stage, &allocations);
    let (foci, clusters) = foci::of(&stage, &machines, &allocations, &media_host, settler)?;
    let hosts = hosts::roles(&stage, &machines, &foci, &media_host, settler)?;
    let (gateway, core) = (stage.topology.gateway.clone(), stage.topology.core.clone());
    Some(Resolved {
        fleet,
        regions,
        links: written.links.clone(),
        tenants,
        hosts,
        gateway,
        core,
        foci,
        clusters,
        flows: Vec::new(),
        allocations,
        places: manifest::Places::default(),
        index: Index::default(),
    })
}

/// Sets an option that nobody wrote.
fn fill<T>(slot: &mut Option<T>, value: T) {
    slot.get_or_insert(value);
}

/// As [`fill`], for a value that there may not be.
fn fill_if<T>(slot: &mut Option<T>, value: Option<T>) {
    if slot.is_none() {
        *slot = value;
    }
}

/// `over` for a layer of one host above the fleet-wide one.
fn layered<L: options::Layer + Clone>(own: &L, shared: &L) -> L {
    own.clone().over(shared.clone())
}
