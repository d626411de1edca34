//! The refusals of Traefik in numbers: what a deny router takes never reaches the guard, so the guard cannot count it.

use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};
use settings::discovery::Surface;

use crate::{metrics::Counting, verdicts::Verdicts};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Told {
    surface: &'static str,
}

/// All numbers. Every label has a closed list of values, and all of them are there from the start.
pub(super) struct Numbers {
    registry: Registry,
    pub(super) verdicts: Verdicts,
    discovery: Family<Told, Counter>,
    connections: Gauge,
}

impl Numbers {
    pub(super) fn new() -> Self {
        let mut registry = Registry::with_prefix("rampart_answer");
        let verdicts = Verdicts::registered(&mut registry);
        let discovery = Family::<Told, Counter>::default();
        for surface in Surface::ALL {
            drop(discovery.get_or_create(&Told { surface: surface.word() }));
        }
        let connections = Gauge::default();
        registry.register("discovery", "Discovery documents given, by surface", discovery.clone());
        registry.register("connections", "Open connections of Traefik", connections.clone());
        Self { registry, verdicts, discovery, connections }
    }

    /// Counts a connection until it is dropped.
    pub(super) fn connection(&self) -> Counting {
        Counting::new(&self.connections)
    }

    /// A document was given.
    pub(super) fn told(&self, surface: Surface) {
        self.discovery.get_or_create(&Told { surface: surface.word() }).inc();
    }

    /// The page.
    pub(super) fn page(&self) -> String {
        let mut page = String::new();
        // Writing to a string does not fail.
        let _ = text::encode(&mut page, &self.registry);
        page
    }
}
