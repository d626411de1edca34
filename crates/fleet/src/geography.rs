//! Distances between regions: measured round trips first, great circles where none was measured.

use settings::region::Region;
use values::Name;

use crate::Resolved;

/// Kilometres that light travels in glass within a millisecond (refractive index about 1.468).
const FIBRE_KM_PER_MS: f64 = 204.0;

/// Great-circle distance in kilometres.
pub fn distance_km(a: &Region, b: &Region) -> f64 {
    a.position().distance_km(b.position())
}

/// Least one-way time in milliseconds that light in glass needs.
pub fn light_ms(a: &Region, b: &Region) -> f64 {
    distance_km(a, b) / FIBRE_KM_PER_MS
}

/// One-way latency between two regions in milliseconds, and whether it was measured. Measured values are half the
/// round trip of the link table, in either direction of writing.
pub fn one_way_ms(fleet: &Resolved, a: &Name, b: &Name) -> Option<(f64, bool)> {
    if a == b {
        return Some((0.0, true));
    }
    let link = |x: &Name, y: &Name| fleet.links.get(x).and_then(|row| row.get(y)).map(|ms| ms.get());
    if let Some(round_trip) = link(a, b).or_else(|| link(b, a)) {
        return Some((round_trip / 2.0, true));
    }
    let (a, b) = (fleet.regions.get(a)?, fleet.regions.get(b)?);
    Some((light_ms(a, b), false))
}
