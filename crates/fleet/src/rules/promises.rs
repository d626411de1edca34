//! What the people of a region are promised, and how far their nearest focus is.

use diag::Place;
use values::Name;

use crate::{Resolved, geography};

/// A promise of one-way latency, in milliseconds, to a region that is served from another.
pub(super) struct Promise<'f> {
    /// The region.
    pub(super) region: &'f Name,
    /// What it is promised.
    pub(super) promised: f64,
    /// Region of its nearest focus.
    pub(super) from: &'f Name,
    /// How far away that is.
    pub(super) one_way: f64,
    /// Whether that was measured; otherwise it is the least that light needs.
    pub(super) measured: bool,
}

impl Promise<'_> {
    /// Whether it cannot be kept.
    pub(super) fn is_broken(&self) -> bool {
        self.one_way > self.promised
    }

    /// Where it is given.
    pub(super) fn place(&self, fleet: &Resolved) -> Option<Place> {
        fleet.places.value(&format!("region.{}.promise", self.region))
    }
}

/// Every promise that depends on a link.
pub(super) fn all(fleet: &Resolved) -> impl Iterator<Item = Promise<'_>> {
    let with_focus: std::collections::BTreeSet<_> = fleet.foci.iter().map(|focus| &focus.region).collect();
    fleet.regions.iter().filter_map(move |(region, settings)| {
        let promised = settings.promise?.get();
        if with_focus.contains(region) {
            return None;
        }
        let distances = with_focus.iter().filter_map(|from| {
            let (one_way, measured) = geography::one_way_ms(fleet, region, from)?;
            Some(Promise { region, promised, from, one_way, measured })
        });
        distances.min_by(|a, b| a.one_way.total_cmp(&b.one_way))
    })
}
