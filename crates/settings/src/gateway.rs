//! `[gateway]`: the public door.

use std::net::Ipv4Addr;

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::{Domain, Duration, Whole};

/// Limits per client address. Tuwunel has none of its own (tuwunel: src/api has a limiter only for media creation).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RateLimit {
    /// Requests a minute that one address may send to log in, register or send a password for anything else. Whoever sends
    /// more is told to wait for 10 seconds, in which six a minute let one through again.
    #[option(default = Whole::clamped(20), example = 10,
        feeds = "traefik:dynamic.http.middlewares.limit-credentials.rateLimit.average")]
    pub credentials_per_minute: Whole<6, 100_000>,
    /// How many of them may come at once.
    #[option(default = Whole::clamped(10), example = 5,
        feeds = "traefik:dynamic.http.middlewares.limit-credentials.rateLimit.burst")]
    pub credentials_burst: Whole<1, 100_000>,
}

/// The public door: ends TLS, forwards the media ports of the core.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[describe(set = "gateway")]
pub struct Gateway {
    /// Matrix server name of the fleet; serves `.well-known`.
    #[option(derived, example = "meridian.example")]
    pub server_name: Domain,
    /// Name of the client API.
    #[option(derived, example = "matrix.meridian.example")]
    pub client_domain: Domain,
    /// Name of the token services.
    #[option(derived, example = "rtc.meridian.example")]
    pub rtc_domain: Domain,
    /// Tunnel address of the core, behind which everything is.
    #[option(derived, example = "10.77.0.1")]
    pub core_address: Ipv4Addr,
    /// Limits per client address.
    #[option(group)]
    pub limit: RateLimit,
    /// Longest time that a client may take to send a request; uploads of large media need minutes.
    #[option(default = Duration::minutes(5), example = "10m",
        feeds = "traefik:static.entryPoints.websecure.transport.respondingTimeouts.readTimeout")]
    pub read_timeout: Duration,
}
