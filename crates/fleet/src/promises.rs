//! What the people of a region are promised, and whether the focus that they are told first can keep it.

use diag::Place;
use settings::steer;
use values::Name;

use crate::{Focus, Resolved, geography};

/// A promise of one-way latency to the people of a region.
#[derive(Debug)]
pub struct Promise<'f> {
    /// The region.
    pub region: &'f Name,
    /// What it is promised, in milliseconds.
    pub promised: f64,
    /// The way that decides about it.
    pub way: Way<'f>,
    /// What becomes of it.
    pub verdict: Verdict<'f>,
}

/// From a region to the focus that its people are told first.
#[derive(Debug, Clone, Copy)]
pub struct Way<'f> {
    /// The focus.
    pub focus: &'f Focus,
    /// How far away it is, in milliseconds.
    pub one_way: f64,
    /// Whether that was measured; otherwise it is the least that light needs.
    pub measured: bool,
}

/// What becomes of a promise.
#[derive(Debug, Clone, Copy)]
pub enum Verdict<'f> {
    /// The link keeps it.
    Kept,
    /// It cannot be kept.
    NotKept,
    /// Light could keep it; what the link takes is not known.
    NotMeasured,
    /// It would be kept, or could be, by a focus that is being taken out of service.
    Draining(&'f Focus),
}

impl Promise<'_> {
    /// Where it is given.
    pub fn place(&self, fleet: &Resolved) -> Option<Place> {
        fleet.places.value(&format!("region.{}.promise", self.region))
    }
}

/// Every promise.
pub fn all(fleet: &Resolved) -> impl Iterator<Item = Promise<'_>> {
    fleet.regions.keys().filter_map(|region| of(fleet, region))
}

/// What the people of a region are promised, if anything.
pub fn of<'f>(fleet: &'f Resolved, region: &Name) -> Option<Promise<'f>> {
    let (region, settings) = fleet.regions.get_key_value(region)?;
    let promised = settings.promise?.get();
    let lasting = first(fleet, region, |focus| !fleet.is_draining(focus));
    let any = first(fleet, region, |_| true);
    // While all are draining, those are told.
    let way = lasting.or(any)?;
    let verdict = match any {
        _ if way.one_way <= promised && way.measured => Verdict::Kept,
        _ if way.one_way <= promised => Verdict::NotMeasured,
        Some(any) if any.one_way <= promised => Verdict::Draining(any.focus),
        _ => Verdict::NotKept,
    };
    Some(Promise { region, promised, way, verdict })
}

/// The focus that people of a region are told first, among some; see `steering::order`.
fn first<'f>(fleet: &'f Resolved, region: &Name, among: impl Fn(&Focus) -> bool) -> Option<Way<'f>> {
    let ways = fleet.foci.iter().filter(|focus| among(focus)).filter_map(|focus| {
        let (one_way, measured) = geography::one_way_ms(fleet, region, &focus.region)?;
        Some(Way { focus, one_way, measured })
    });
    let is_last = |way: &Way<'_>| fleet.place_in_lists(way.focus) == steer::Place::Last;
    ways.min_by(|a, b| is_last(a).cmp(&is_last(b)).then(a.one_way.total_cmp(&b.one_way)))
}
