//! Group inside `[core]`: which media server a client is told first.

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::{Duration, Name, Whole};

use crate::homeserver::LogLevel;

/// Which media server a client is told first. Clients keep the answer for up to 24 hours (matrix-rust-sdk), so a change
/// reaches some of them a day later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Steering {
    /// Region of clients that neither a network of a region nor the GeoIP database places. Default: the core's.
    #[option(derived, example = "fra")]
    pub default_region: Name,
    /// A GeoIP database on the core, in `MaxMind`'s format. It is asked for clients in no region's network: by country where
    /// a region names the country, else by position. A missing or broken file is a warning.
    #[option(feeds = "rampart-steer:geoipDatabase", example = "/var/lib/geoip/city.mmdb")]
    pub geoip_database: Option<String>,
    /// Time between two looks at a media server.
    #[option(default = Duration::seconds(5), feeds = "rampart-steer:health.interval", example = "10s")]
    pub health_interval: Duration,
    /// How long a media server may take to answer such a look, TLS included.
    #[option(default = Duration::seconds(4), feeds = "rampart-steer:health.timeout", example = "2s")]
    pub health_timeout: Duration,
    /// Failed looks in a row after which a media server is left out.
    #[option(default = Whole::clamped(2), feeds = "rampart-steer:health.failures", example = 3)]
    pub health_failures: Whole<1, 100>,
    /// Good looks in a row after which it comes back.
    #[option(default = Whole::clamped(3), feeds = "rampart-steer:health.successes", example = 5)]
    pub health_successes: Whole<1, 100>,
    /// Longest time that finishing requests may take at a stop.
    #[option(default = Duration::seconds(5), feeds = "rampart-steer:stopTimeout", example = "10s")]
    pub stop_timeout: Duration,
    /// How much it logs. No client's address is logged at `info` or above.
    #[option(default = LogLevel::Info, feeds = "rampart-steer:logLevel", example = "warn")]
    pub log: LogLevel,
}
