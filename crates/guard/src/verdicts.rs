//! How requests were decided, in numbers: the same for the guard and for what answers in its place.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

use crate::refusal;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ruled {
    verdict: &'static str,
    rule: &'static str,
}

const PREFLIGHT: Ruled = Ruled { verdict: "granted", rule: "preflight" };

/// Counters by verdict and rule. All rules are there from the start.
pub(crate) struct Verdicts(Family<Ruled, Counter>);

impl Verdicts {
    pub(crate) fn registered(registry: &mut Registry) -> Self {
        let family = Family::<Ruled, Counter>::default();
        for rule in refusal::rules() {
            drop(family.get_or_create(&Ruled { verdict: "refused", rule }));
        }
        drop(family.get_or_create(&PREFLIGHT));
        registry.register("verdicts", "Requests by verdict and rule", family.clone());
        Self(family)
    }

    /// The counter of what goes on in this way.
    pub(crate) fn passed(&self, rule: &'static str) -> Counter {
        self.0.get_or_create_owned(&Ruled { verdict: "passed", rule })
    }

    /// Something was refused.
    pub(crate) fn refused(&self, rule: &'static str) {
        self.0.get_or_create(&Ruled { verdict: "refused", rule }).inc();
    }

    /// A browser was told that it may ask.
    pub(crate) fn preflight(&self) {
        self.0.get_or_create(&PREFLIGHT).inc();
    }
}
