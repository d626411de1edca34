//! Which region an address is in, and how far it is from there to another.

use std::{collections::BTreeMap, fmt, net::IpAddr, time::Duration};

use ipnet::IpNet;
use serde::Deserialize;

/// A file that says where networks are, and how long a packet takes between places.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    places: BTreeMap<String, Vec<IpNet>>,
    /// Milliseconds there and back, for each pair once.
    round_trips: BTreeMap<String, BTreeMap<String, f64>>,
    /// Milliseconds one way between two addresses of one place.
    inside: f64,
    /// Milliseconds that a packet may take longer, each as long as any other.
    #[serde(default)]
    jitter: f64,
}

/// Where networks are, and how far apart.
#[derive(Debug)]
pub struct Atlas {
    /// The longest prefixes first.
    networks: Vec<(IpNet, usize)>,
    /// Number of a place × number of another → one way.
    delays: Vec<Vec<Duration>>,
    /// The most by which a packet takes longer.
    pub jitter: Duration,
}

/// From one place to another, by their numbers.
pub type Way = (usize, usize);

/// What is wrong with a file.
#[derive(Debug)]
pub enum AtlasError {
    /// It is not JSON of the right shape.
    Shape(serde_json::Error),
    /// A place between which and another round trips are given is not in the list.
    Unknown(String),
    /// Two places have no round trip.
    Missing(String, String),
    /// A time is negative or not a number.
    Time(f64),
}

impl fmt::Display for AtlasError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(error) => write!(f, "not as it must be: {error}"),
            Self::Unknown(place) => write!(f, "`{place}` has a round trip, but no networks"),
            Self::Missing(one, other) => write!(f, "no round trip between `{one}` and `{other}`"),
            Self::Time(value) => write!(f, "{value} ms is no time"),
        }
    }
}

impl std::error::Error for AtlasError {}

impl Atlas {
    /// Reads one.
    pub fn read(text: &str) -> Result<Self, AtlasError> {
        let written: Written = serde_json::from_str(text).map_err(AtlasError::Shape)?;
        let names: Vec<&String> = written.places.keys().collect();
        let unknown = written.round_trips.iter().flat_map(|(one, others)| others.keys().chain([one]));
        if let Some(name) = unknown.into_iter().find(|name| !written.places.contains_key(*name)) {
            return Err(AtlasError::Unknown(name.clone()));
        }
        let round_trip = |one: &str, other: &str| written.round_trips.get(one)?.get(other).copied();
        let one_way = |one: &String, other: &String| {
            if one == other {
                return time(written.inside);
            }
            let both = round_trip(one, other).or_else(|| round_trip(other, one));
            time(both.ok_or_else(|| AtlasError::Missing(one.clone(), other.clone()))? / 2.0)
        };
        let row = |one: &&String| names.iter().map(|other| one_way(one, other)).collect();
        let delays = names.iter().map(row).collect::<Result<_, _>>()?;
        let mut networks: Vec<(IpNet, usize)> = written
            .places
            .values()
            .enumerate()
            .flat_map(|(number, all)| all.iter().map(move |network| (*network, number)))
            .collect();
        networks.sort_by_key(|(network, _)| std::cmp::Reverse(network.prefix_len()));
        Ok(Self { networks, delays, jitter: time(written.jitter)? })
    }

    /// The way of a packet between two addresses. What comes from or goes to nowhere in particular has none.
    pub fn way(&self, from: IpAddr, to: IpAddr) -> Option<Way> {
        Some((self.place(from)?, self.place(to)?))
    }

    /// How long it takes.
    pub fn delay(&self, (from, to): Way) -> Duration {
        self.delays.get(from).and_then(|row| row.get(to)).copied().unwrap_or_default()
    }

    fn place(&self, address: IpAddr) -> Option<usize> {
        self.networks.iter().find(|(network, _)| network.contains(&address)).map(|(_, place)| *place)
    }
}

fn time(milliseconds: f64) -> Result<Duration, AtlasError> {
    Duration::try_from_secs_f64(milliseconds / 1e3).map_err(|_| AtlasError::Time(milliseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(round_trips: &str, jitter: f64) -> String {
        format!(
            r#"{{ "places": {{ "lon": ["192.0.2.0/24"], "tyo": ["198.51.100.0/24", "192.0.2.7/32"] }},
                  "roundTrips": {round_trips}, "inside": 1.0, "jitter": {jitter} }}"#
        )
    }

    fn refusal(round_trips: &str, jitter: f64) -> String {
        Atlas::read(&text(round_trips, jitter)).unwrap_err().to_string()
    }

    #[test]
    fn distances_are_the_same_both_ways_and_the_longest_prefix_counts() {
        let atlas = Atlas::read(&text(r#"{ "tyo": { "lon": 212.4 } }"#, 0.0)).unwrap();
        let delay = |from: &str, to: &str| {
            let way = atlas.way(from.parse().unwrap(), to.parse().unwrap());
            way.map(|way| atlas.delay(way).as_secs_f64() * 1e3)
        };
        assert_eq!(delay("192.0.2.1", "198.51.100.1"), Some(106.2));
        assert_eq!(delay("198.51.100.1", "192.0.2.1"), Some(106.2));
        assert_eq!(delay("192.0.2.7", "198.51.100.1"), Some(1.0));
        assert_eq!(delay("192.0.2.1", "203.0.113.1"), None);
    }

    #[test]
    fn a_file_that_says_too_little_or_nonsense_is_refused() {
        assert_eq!(refusal("{}", 0.0), "no round trip between `lon` and `tyo`");
        assert_eq!(refusal(r#"{ "tyo": { "mars": 1 } }"#, 0.0), "`mars` has a round trip, but no networks");
        assert_eq!(refusal(r#"{ "tyo": { "lon": -2 } }"#, 0.0), "-1 ms is no time");
        assert_eq!(refusal(r#"{ "tyo": { "lon": 2 } }"#, -1.0), "-1 ms is no time");
        assert!(refusal("7", 0.0).starts_with("not as it must be"));
    }
}
