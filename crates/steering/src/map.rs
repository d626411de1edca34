//! One configuration, ready for questions.

use std::{collections::BTreeSet, net::IpAddr};

use serde_json::{Map, Value};
use settings::steer::{self, Place, Region, Steer};
use values::Name;

use crate::{Answers, Candidate, Fault, Located, Locator, Origin, State, answers, order};

/// Regions, foci and the distances between them. Regions and foci are known by their index in the configuration.
#[derive(Debug)]
pub struct SteeringMap {
    locator: Locator,
    document: Map<String, Value>,
    regions: Vec<Name>,
    foci: Vec<Focus>,
    /// Milliseconds one way, by region and focus.
    one_way: Vec<Vec<f64>>,
}

#[derive(Debug)]
struct Focus {
    name: Name,
    url: String,
    place: Place,
}

impl SteeringMap {
    /// Takes what it needs out of the configuration.
    pub fn new(config: &Steer) -> Result<Self, Fault> {
        if config.foci.is_empty() {
            return Err(Fault::NoFocus);
        }
        unique("regions", config.regions.iter().map(|region| &region.name))?;
        unique("foci", config.foci.iter().map(|focus| &focus.name))?;
        let default = config.regions.iter().position(|region| region.name == config.default_region);
        let default = default
            .ok_or_else(|| Fault::region_unknown("defaultRegion".to_owned(), &config.default_region))?;
        known_regions(config)?;
        let regions = config.regions.iter().enumerate();
        Ok(Self {
            locator: Locator::new(&config.regions, default)?,
            document: config.document.clone(),
            regions: config.regions.iter().map(|region| region.name.clone()).collect(),
            foci: config
                .foci
                .iter()
                .map(|focus| Focus {
                    name: focus.name.clone(),
                    url: focus.service_url.clone(),
                    place: focus.place,
                })
                .collect(),
            one_way: regions
                .map(|(index, region)| distances(config, index, region))
                .collect::<Result<_, _>>()?,
        })
    }

    /// The region of an address; see [`Locator::locate`].
    pub fn locate(&self, address: IpAddr, origin: impl FnOnce(IpAddr) -> Option<Origin>) -> Located {
        self.locator.locate(address, origin)
    }

    /// Names of the regions.
    pub fn regions(&self) -> &[Name] {
        &self.regions
    }

    /// Indices of the foci that clients of a region are told, in their order. `state` of each focus by its index.
    pub fn order(&self, region: usize, state: impl Fn(usize) -> State) -> Vec<usize> {
        let distances = self.one_way.get(region).map(Vec::as_slice).unwrap_or_default();
        let candidates: Vec<Candidate<'_>> = self
            .foci
            .iter()
            .zip(distances)
            .enumerate()
            .map(|(index, (focus, one_way_ms))| Candidate {
                name: focus.name.as_str(),
                one_way_ms: *one_way_ms,
                place: focus.place,
                state: state(index),
            })
            .collect();
        order(&candidates)
    }

    /// What clients of a region are told.
    pub fn answers(&self, region: usize, state: impl Fn(usize) -> State) -> Answers {
        let order = self.order(region, state);
        let urls = order.iter().filter_map(|index| self.foci.get(*index)).map(|focus| focus.url.as_str());
        answers(&self.document, urls)
    }
}

/// Every region that is named is one.
fn known_regions(config: &Steer) -> Result<(), Fault> {
    let names: BTreeSet<&Name> = config.regions.iter().map(|region| &region.name).collect();
    let known = |region: &Name, key: String| {
        if names.contains(region) { Ok(()) } else { Err(Fault::region_unknown(key, region)) }
    };
    for (index, region) in config.regions.iter().enumerate() {
        for (number, reach) in region.reach.iter().enumerate() {
            known(&reach.region, format!("regions[{index}].reach[{number}].region"))?;
        }
    }
    for (index, focus) in config.foci.iter().enumerate() {
        known(&focus.region, format!("foci[{index}].region"))?;
    }
    Ok(())
}

fn unique<'a>(list: &str, names: impl Iterator<Item = &'a Name>) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    for (index, name) in names.enumerate() {
        if !seen.insert(name) {
            return Err(Fault::Twice { key: format!("{list}[{index}].name"), name: name.clone() });
        }
    }
    Ok(())
}

/// How far each focus is from a region, in the order of the foci.
fn distances(config: &Steer, index: usize, region: &Region) -> Result<Vec<f64>, Fault> {
    let distance = |focus: &steer::Focus| {
        let found = region.reach.iter().find(|reach| reach.region == focus.region);
        found.map(|reach| reach.one_way_ms.get()).ok_or_else(|| Fault::ReachMissing {
            key: format!("regions[{index}].reach"),
            from: region.name.clone(),
            to: focus.region.clone(),
        })
    };
    config.foci.iter().map(distance).collect()
}
