//! Who relays 1:1 calls and serves the fallback focus.

use manifest::Allocations;
use settings::{host::RoleName, region::MediaMode};
use values::Name;

use super::{hosts::Stage, layered};

/// The host that relays 1:1 calls.
pub(crate) struct MediaHost {
    pub(crate) name: Name,
    /// Whether the core itself has public media.
    pub(crate) is_core: bool,
}

/// The core; an edge when the core has no public media. The choice must not move when an edge is added elsewhere, so it
/// goes by the allocated index, after edges of the core's own region. In backbone mode nothing but the tunnel is relayed
/// to, so such an edge is the last choice, and a rule refuses it.
pub(crate) fn of(stage: &Stage<'_>, allocations: &Allocations) -> MediaHost {
    let topology = &stage.topology;
    let own = stage.written.hosts.get(&topology.core).map(|host| &host.parts.core);
    let shared = &stage.written.defaults.core;
    let layer = own.map_or_else(|| shared.clone(), |own| layered(own, shared));
    let is_core = layer.public_media.unwrap_or(true);
    let home = topology.hosts.get(&topology.core).map(|seat| &seat.region);
    let edges = topology.hosts.iter().filter(|(_, seat)| seat.role == RoleName::Edge);
    let first = edges.min_by_key(|(name, seat)| {
        (seat.mode == MediaMode::Backbone, Some(&seat.region) != home, allocations.tunnel.get(*name))
    });
    let derived = first.filter(|_| !is_core).map_or(&topology.core, |(name, _)| name);
    MediaHost { name: layer.media_host.unwrap_or_else(|| derived.clone()), is_core }
}
