//! `[fleet]`: what all hosts share.

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::{Cidr, Domain, Name};

/// How the name of the backbone's relay, `relay.<domain>`, is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "kebab-case")]
pub enum RelayDns {
    /// The same for everybody.
    Plain,
    /// By the client's place: a geographic name server gives each the closest edge.
    Geo,
}

/// What all hosts share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[describe(set = "fleet")]
pub struct Fleet {
    /// Name of the fleet, used in titles and tags.
    #[option(example = "meridian")]
    pub name: Name,
    /// Domain of the fleet. It is the Matrix server name and serves `.well-known/matrix/*`;
    /// the service names (`matrix.`, `rtc.`, `turn.`, `<focus>.sfu.`) lie under it.
    #[option(example = "meridian.example")]
    pub domain: Domain,
    /// IPv4 network of the tunnel. A host's address is the network address plus its allocated index.
    #[option(default = Cidr::TUNNEL, example = "10.88.0.0/16")]
    pub tunnel_network: Cidr,
    /// How `relay.<domain>` is answered, the name by which clients enter the backbone. `geo` says that a geographic name
    /// server is set up with the table of `rampart show dns`; Rampart makes none, and cannot see whether one is there.
    #[option(default = RelayDns::Plain, example = "geo")]
    pub relay_dns: RelayDns,
}
