//! The two files that Rampart itself keeps in the fleet folder.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use values::{Name, WireguardKey};

/// `allocations.json`: indices that stay when hosts come and go. Append-only.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Allocations {
    /// Marker of a generated file.
    #[serde(rename = "_generated", skip_serializing_if = "String::is_empty")]
    pub generated: String,
    /// Index of each host in the tunnel network; 1 is the first.
    pub tunnel: BTreeMap<Name, u32>,
    /// Index of each focus, which gives the port of its token service.
    pub foci: BTreeMap<Name, u16>,
    /// Index of each in-region cluster, which gives the port of its Redis.
    pub clusters: BTreeMap<Name, u16>,
}

/// `keys.json`: public halves, written by `rampart secrets generate`.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PublicKeys {
    /// Marker of a generated file.
    #[serde(rename = "_generated", skip_serializing_if = "String::is_empty")]
    pub generated: String,
    /// Tunnel key of each host.
    pub wireguard: BTreeMap<Name, WireguardKey>,
}
