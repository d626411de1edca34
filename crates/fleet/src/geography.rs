//! Distances between regions: measured round trips first, great circles where none was measured.

use settings::region::Region;
use values::Name;

use crate::Resolved;

/// Mean radius of the earth in kilometres (IUGG).
const EARTH_RADIUS_KM: f64 = 6_371.0;

/// Kilometres that light travels in glass within a millisecond (refractive index about 1.468).
const FIBRE_KM_PER_MS: f64 = 204.0;

/// Great-circle distance in kilometres (haversine).
pub fn distance_km(a: &Region, b: &Region) -> f64 {
    let [lat_a, lat_b] = [a, b].map(|r| r.latitude.get().to_radians());
    let d_lat = lat_b - lat_a;
    let d_lon = (b.longitude.get() - a.longitude.get()).to_radians();
    let h = (d_lat / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * (d_lon / 2.0).sin().powi(2);
    2.0 * EARTH_RADIUS_KM * h.sqrt().min(1.0).asin()
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
