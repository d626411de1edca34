//! The refusals of Traefik in numbers: what a deny router takes never reaches the guard, so the guard cannot count it.

use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};
use settings::discovery::Surface;

use crate::refusal;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ruled {
    verdict: &'static str,
    rule: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Told {
    surface: &'static str,
}

/// All numbers. Every label has a closed list of values, and all of them are there from the start.
pub(super) struct Numbers {
    registry: Registry,
    verdicts: Family<Ruled, Counter>,
    discovery: Family<Told, Counter>,
    pub(super) connections: Gauge,
}

impl Numbers {
    pub(super) fn new() -> Self {
        let (verdicts, discovery) = (Family::<Ruled, Counter>::default(), Family::<Told, Counter>::default());
        for rule in refusal::rules() {
            drop(verdicts.get_or_create(&Ruled { verdict: "refused", rule }));
        }
        drop(verdicts.get_or_create(&GRANTED));
        for surface in Surface::ALL {
            drop(discovery.get_or_create(&Told { surface: surface.word() }));
        }
        let connections = Gauge::default();
        let mut registry = Registry::with_prefix("rampart_answer");
        registry.register("verdicts", "Requests by verdict and rule", verdicts.clone());
        registry.register("discovery", "Discovery documents given, by surface", discovery.clone());
        registry.register("connections", "Open connections of Traefik", connections.clone());
        Self { registry, verdicts, discovery, connections }
    }

    /// Something was refused.
    pub(super) fn refused(&self, rule: &'static str) {
        self.verdicts.get_or_create(&Ruled { verdict: "refused", rule }).inc();
    }

    /// A browser was told that it may ask.
    pub(super) fn preflight(&self) {
        self.verdicts.get_or_create(&GRANTED).inc();
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

const GRANTED: Ruled = Ruled { verdict: "granted", rule: "preflight" };
