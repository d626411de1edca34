//! From an address to a region.

use std::{collections::BTreeMap, fmt, net::IpAddr};

use ipnet::IpNet;
use prefix_trie::joint::map::JointPrefixMap;
use settings::steer::Region;
use values::{Country, Position};

use crate::Fault;

/// What a GeoIP database says of an address.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Origin {
    /// The country.
    pub country: Option<Country>,
    /// The position.
    pub position: Option<Position>,
}

/// What decided about the region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// The longest prefix among the networks of the regions.
    Network,
    /// The country of the GeoIP database.
    Country,
    /// The position of the GeoIP database: the nearest region.
    Position,
    /// Nothing: the default region.
    Default,
}

impl By {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Network, Self::Country, Self::Position, Self::Default];

    /// The word in logs and metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Country => "country",
            Self::Position => "position",
            Self::Default => "default",
        }
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A region, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Located {
    /// Index of the region.
    pub region: usize,
    /// What decided.
    pub by: By,
}

/// Knows which address is in which region.
#[derive(Debug)]
pub struct Locator {
    networks: JointPrefixMap<IpNet, usize>,
    countries: BTreeMap<Country, usize>,
    positions: Vec<Position>,
    default: usize,
}

impl Locator {
    /// Regions are known by their index; `default` is the one of all others.
    pub fn new(regions: &[Region], default: usize) -> Result<Self, Fault> {
        let mut networks = JointPrefixMap::new();
        let mut countries = BTreeMap::new();
        for (index, region) in regions.iter().enumerate() {
            for (number, network) in region.networks.iter().enumerate() {
                let before = networks.insert(IpNet::from(*network).trunc(), index);
                if before.is_some_and(|before| before != index) {
                    let key = format!("regions[{index}].networks[{number}]");
                    return Err(Fault::NetworkTwice { key, network: *network });
                }
            }
            for (number, country) in region.countries.iter().enumerate() {
                let before = countries.insert(country.clone(), index);
                if before.is_some_and(|before| before != index) {
                    let key = format!("regions[{index}].countries[{number}]");
                    return Err(Fault::CountryTwice { key, country: country.clone() });
                }
            }
        }
        let positions = regions.iter().map(|region| region.position).collect();
        Ok(Self { networks, countries, positions, default })
    }

    /// The region of an address. `origin` is asked only when no network holds the address.
    pub fn locate(&self, address: IpAddr, origin: impl FnOnce(IpAddr) -> Option<Origin>) -> Located {
        let address = address.to_canonical();
        if let Some((_, region)) = self.networks.get_lpm(&IpNet::from(address)) {
            return Located { region: *region, by: By::Network };
        }
        let origin = origin(address).unwrap_or_default();
        if let Some(region) = origin.country.and_then(|country| self.countries.get(&country)) {
            return Located { region: *region, by: By::Country };
        }
        match origin.position.and_then(|position| self.nearest(position)) {
            Some(region) => Located { region, by: By::Position },
            None => Located { region: self.default, by: By::Default },
        }
    }

    /// The region nearest to a position; of two that are equally near the first.
    fn nearest(&self, position: Position) -> Option<usize> {
        let distance = |region: &Position| position.distance_km(*region);
        let all = self.positions.iter().enumerate();
        all.min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b))).map(|(index, _)| index)
    }
}
