//! The answers of every region. They change seldom and are asked for often, so they are made when something changes.

use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use settings::discovery::Surface;
use steering::{State, SteeringMap};

/// What the clients of one region are told.
#[derive(Debug, Clone)]
struct Told {
    transports: Bytes,
    well_known: Bytes,
}

/// What the clients of each region are told now.
pub(crate) struct Board {
    map: Arc<SteeringMap>,
    told: RwLock<Vec<Told>>,
}

impl Board {
    /// Every focus is open at first.
    pub(crate) fn new(map: Arc<SteeringMap>) -> Self {
        let told = RwLock::new(made(&map, |_| State::Open));
        Self { map, told }
    }

    /// Makes the answers anew.
    pub(crate) fn renew(&self, state: impl Fn(usize) -> State) {
        let told = made(&self.map, state);
        *self.told.write().unwrap_or_else(PoisonError::into_inner) = told;
    }

    /// What clients of a region are told.
    pub(crate) fn get(&self, region: usize, surface: Surface) -> Option<Bytes> {
        let told = self.told.read().unwrap_or_else(PoisonError::into_inner);
        let told = told.get(region)?;
        Some(match surface {
            Surface::Transports => told.transports.clone(),
            Surface::WellKnown => told.well_known.clone(),
        })
    }
}

fn made(map: &SteeringMap, state: impl Fn(usize) -> State) -> Vec<Told> {
    (0..map.regions().len())
        .map(|region| {
            let answers = map.answers(region, &state);
            Told { transports: Bytes::from(answers.transports), well_known: Bytes::from(answers.well_known) }
        })
        .collect()
}
