//! `[region.<name>]`: a place with people or hosts.

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::{Cidr, Country, Latitude, Longitude, Milliseconds, Position};

/// How media of a region is carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "kebab-case")]
pub enum MediaMode {
    /// Every edge is a focus of its own; people publish at the closest one (MSC4143, MSC4195).
    MultiSfu,
    /// The edges of the region are nodes of one focus, on one Redis instance.
    Cluster,
    /// SFU media is bound to the tunnel; coturn on the edges takes media in and out.
    Backbone,
}

/// A place with people or hosts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[describe(set = "region")]
pub struct Region {
    /// Name for people.
    #[option(example = "Frankfurt")]
    pub title: String,
    /// Degrees north, for great-circle distances where no link is measured.
    #[option(example = 50.11)]
    pub latitude: Latitude,
    /// Degrees east.
    #[option(example = 8.68)]
    pub longitude: Longitude,
    /// Networks whose clients belong to this region. Of several that hold an address the longest prefix counts.
    #[option(default = Vec::new(), example = ["198.51.100.0/24"])]
    pub networks: Vec<Cidr>,
    /// Countries whose clients belong to this region, where a GeoIP database names the country (ISO 3166-1 alpha-2).
    #[option(default = Vec::new(), example = ["DE", "AT"])]
    pub countries: Vec<Country>,
    /// How media of the region is carried.
    #[option(default = MediaMode::MultiSfu, example = "cluster")]
    pub mode: MediaMode,
    /// One-way network latency, in milliseconds, that people of this region are promised towards its focus.
    /// `check` refuses a promise that the measured links cannot keep.
    #[option(example = 50)]
    pub promise: Option<Milliseconds>,
}

impl Region {
    /// Where it is.
    pub const fn position(&self) -> Position {
        Position { latitude: self.latitude, longitude: self.longitude }
    }
}
