//! A place on the earth.

use serde::{Deserialize, Serialize};

use crate::{Latitude, Longitude};

/// Mean radius of the earth in kilometres (IUGG).
const EARTH_RADIUS_KM: f64 = 6_371.0;

/// A place on the earth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Position {
    /// Degrees north.
    pub latitude: Latitude,
    /// Degrees east.
    pub longitude: Longitude,
}

impl Position {
    /// Great-circle distance in kilometres (haversine).
    pub fn distance_km(self, other: Self) -> f64 {
        let [here, there] = [self, other].map(|at| at.latitude.get().to_radians());
        let north = there - here;
        let east = (other.longitude.get() - self.longitude.get()).to_radians();
        let h = (north / 2.0).sin().powi(2) + here.cos() * there.cos() * (east / 2.0).sin().powi(2);
        2.0 * EARTH_RADIUS_KM * h.sqrt().min(1.0).asin()
    }
}

#[cfg(test)]
mod tests {
    use super::Position;

    fn at(latitude: f64, longitude: f64) -> Position {
        Position { latitude: latitude.try_into().unwrap(), longitude: longitude.try_into().unwrap() }
    }

    #[test]
    fn known_distances() {
        let (frankfurt, tokyo) = (at(50.11, 8.68), at(35.68, 139.69));
        assert!((frankfurt.distance_km(tokyo) - 9_330.0).abs() < 30.0);
        assert!(frankfurt.distance_km(frankfurt) < 1e-9);
        assert!((at(0.0, 179.5).distance_km(at(0.0, -179.5)) - 111.2).abs() < 0.2);
        assert!((at(90.0, 0.0).distance_km(at(-90.0, 77.0)) - 20_015.0).abs() < 1.0);
    }
}
