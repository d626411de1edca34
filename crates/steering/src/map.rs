//! One configuration, ready for questions.

use std::net::IpAddr;

use serde_json::{Map, Value};
use settings::steer::{Place, Region, Steer};
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
        let default = default.ok_or_else(|| Fault::RegionUnknown(config.default_region.clone()))?;
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

fn unique<'a>(list: &str, names: impl Iterator<Item = &'a Name>) -> Result<(), Fault> {
    let mut seen = std::collections::BTreeSet::new();
    for (index, name) in names.enumerate() {
        if !seen.insert(name) {
            return Err(Fault::Twice { key: format!("{list}[{index}].name"), name: name.clone() });
        }
    }
    Ok(())
}

/// How far each focus is from a region, in the order of the foci.
fn distances(config: &Steer, index: usize, region: &Region) -> Result<Vec<f64>, Fault> {
    for (number, reach) in region.reach.iter().enumerate() {
        if !config.foci.iter().any(|focus| focus.name == reach.focus) {
            let key = format!("regions[{index}].reach[{number}].focus");
            return Err(Fault::FocusUnknown { key, focus: reach.focus.clone() });
        }
    }
    let distance = |focus: &Name| {
        let found = region.reach.iter().find(|reach| reach.focus == *focus);
        found.map(|reach| reach.one_way_ms.get()).ok_or_else(|| Fault::ReachMissing {
            key: format!("regions[{index}].reach"),
            region: region.name.clone(),
            focus: focus.clone(),
        })
    };
    config.foci.iter().map(|focus| distance(&focus.name)).collect()
}
