//! What makes a configuration useless.

use values::{Cidr, Country, Name};

/// What makes a configuration useless. References by name are the only thing that its types do not rule out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is nothing to steer to.
    #[error("there is no focus")]
    NoFocus,
    /// Two things have one name.
    #[error("`{name}` is there twice")]
    Twice {
        /// Where the second one stands.
        key: String,
        /// The name.
        name: Name,
    },
    /// What is named as a region is none.
    #[error("there is no region `{region}`")]
    RegionUnknown {
        /// Where it is named.
        key: String,
        /// The name.
        region: Name,
    },
    /// A region does not know how far another one is, which has a focus.
    #[error("region `{from}` does not say how far region `{to}` is")]
    ReachMissing {
        /// Where it should stand.
        key: String,
        /// The region.
        from: Name,
        /// The other one.
        to: Name,
    },
    /// Two regions claim a network.
    #[error("{network} belongs to another region already")]
    NetworkTwice {
        /// Where it stands the second time.
        key: String,
        /// The network.
        network: Cidr,
    },
    /// Two regions claim a country.
    #[error("{country} belongs to another region already")]
    CountryTwice {
        /// Where it stands the second time.
        key: String,
        /// The country.
        country: Country,
    },
}

impl Fault {
    pub(crate) fn region_unknown(key: String, region: &Name) -> Self {
        Self::RegionUnknown { key, region: region.clone() }
    }

    /// Path of the key that is wrong.
    pub fn key(&self) -> &str {
        match self {
            Self::NoFocus => "foci",
            Self::Twice { key, .. }
            | Self::RegionUnknown { key, .. }
            | Self::ReachMissing { key, .. }
            | Self::NetworkTwice { key, .. }
            | Self::CountryTwice { key, .. } => key,
        }
    }

    /// Its code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoFocus => "focus_missing",
            Self::Twice { .. } => "name_twice",
            Self::RegionUnknown { .. } => "region_unknown",
            Self::ReachMissing { .. } => "reach_missing",
            Self::NetworkTwice { .. } => "network_twice",
            Self::CountryTwice { .. } => "country_twice",
        }
    }

    /// What to do.
    pub const fn fix(&self) -> &'static str {
        match self {
            Self::NoFocus => "give the fleet an edge, or the core public media",
            Self::NetworkTwice { .. } | Self::CountryTwice { .. } => "let one region have it",
            Self::Twice { .. } | Self::RegionUnknown { .. } | Self::ReachMissing { .. } => {
                "the file is written by `rampart render`; render again instead of editing"
            }
        }
    }
}
