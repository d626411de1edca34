//! Configuration of the program `rampart-steer`: what is rendered is what it parses.

use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use values::{Cidr, Country, Domain, Duration, Milliseconds, Name, Position, Whole};

use crate::homeserver::LogLevel;

/// The configuration file of `rampart-steer`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Steer {
    /// TCP address for clients, behind the gateway.
    pub listen: SocketAddr,
    /// TCP address for metrics and the state of the foci; never public.
    pub local: SocketAddr,
    /// Proxies whose word on the client's address counts.
    pub trusted_proxies: Vec<IpAddr>,
    /// `.well-known/matrix/client` without the foci.
    pub document: Map<String, Value>,
    /// Where clients may be.
    pub regions: Vec<Region>,
    /// Region of clients that nothing places.
    pub default_region: Name,
    /// Where calls may be.
    pub foci: Vec<Focus>,
    /// GeoIP database in `MaxMind`'s format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geoip_database: Option<String>,
    /// Folder in which a file named like a host says that the host is draining, besides those that are rendered so.
    pub drain_folder: String,
    /// How the media servers are looked at.
    pub health: Health,
    /// Connections at once.
    pub max_connections: u32,
    /// Longest time that finishing requests may take at a stop.
    pub stop_timeout: Duration,
    /// How much it logs.
    pub log_level: LogLevel,
}

/// Where clients may be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Region {
    /// Its name.
    pub name: Name,
    /// Networks of its clients.
    pub networks: Vec<Cidr>,
    /// Countries of its clients.
    pub countries: Vec<Country>,
    /// Where it is.
    pub position: Position,
    /// How far each region with a focus is.
    pub reach: Vec<Reach>,
}

/// How far the foci of a region are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reach {
    /// Their region.
    pub region: Name,
    /// One way: half of the measured round trip, else the time that light in glass needs for the great circle.
    pub one_way_ms: Milliseconds,
}

/// Where calls may be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Focus {
    /// Its name.
    pub name: Name,
    /// Where it is.
    pub region: Name,
    /// URL of its token service, which is its identity for clients (MSC4195).
    pub service_url: String,
    /// Its place in the lists.
    pub place: Place,
    /// Its media servers.
    pub servers: Vec<Server>,
}

/// The place of a focus in the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// By its distance.
    ByDistance,
    /// First where it is the nearest, else last: an edge that stands in for the core.
    LastUnlessNearest,
    /// Last: the core's own.
    Last,
}

/// A media server of a focus.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Server {
    /// Its host.
    pub host: Name,
    /// Where it is looked at, through the tunnel.
    pub address: SocketAddr,
    /// Name of its certificate; without one the look is plain HTTP to the media server itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_name: Option<Domain>,
    /// Where its metrics are read, in the same way as it is looked at.
    pub metrics: SocketAddr,
    /// Whether new calls should keep away from it.
    pub draining: bool,
}

/// How media servers are looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Health {
    /// Time between two looks.
    pub interval: Duration,
    /// How long one may take.
    pub timeout: Duration,
    /// Failed looks in a row that make it unhealthy.
    pub failures: Whole<1, 100>,
    /// Good looks in a row that make it healthy again.
    pub successes: Whole<1, 100>,
}
