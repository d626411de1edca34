//! From a region to an order of foci.

use serde::{Deserialize, Serialize};
use settings::steer::Place;

/// Whether new calls should go to a focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// They should.
    Open,
    /// None of its media servers is well.
    Unhealthy,
    /// It is being taken out of service.
    Draining,
}

/// A focus as seen from a region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate<'a> {
    /// Its name, which decides between equal distances.
    pub name: &'a str,
    /// One way, in milliseconds.
    pub one_way_ms: f64,
    /// Its place in the lists.
    pub place: Place,
    /// Whether new calls should go to it.
    pub state: State,
}

/// Indices of the candidates in the order that a client is told: the nearest first, the fallback last, those that are
/// draining or unhealthy not at all.
///
/// An empty list breaks clients (element-call: `MISSING_MATRIX_RTC_TRANSPORT`). When no focus is open, it is likelier that
/// we cannot see them than that all of them are gone, so the unhealthy ones are told, and without those the draining ones.
pub fn order(candidates: &[Candidate<'_>]) -> Vec<usize> {
    [State::Open, State::Unhealthy, State::Draining]
        .into_iter()
        .map(|state| sorted(candidates, state))
        .find(|list| !list.is_empty())
        .unwrap_or_default()
}

/// Those in one state, in their order.
fn sorted(candidates: &[Candidate<'_>], state: State) -> Vec<usize> {
    let mut list: Vec<(usize, &Candidate<'_>)> =
        candidates.iter().enumerate().filter(|(_, candidate)| candidate.state == state).collect();
    list.sort_by(|(_, a), (_, b)| a.one_way_ms.total_cmp(&b.one_way_ms).then(a.name.cmp(b.name)));
    let is_last = |position: usize, place: Place| match place {
        Place::ByDistance => false,
        Place::LastUnlessNearest => position > 0,
        Place::Last => true,
    };
    let places = list.iter().enumerate();
    let (fallback, others): (Vec<_>, Vec<_>) =
        places.partition(|(position, (_, candidate))| is_last(*position, candidate.place));
    others.into_iter().chain(fallback).map(|(_, (index, _))| *index).collect()
}
