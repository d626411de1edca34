//! `[dmz]`: the homeserver of a tenant's guests.

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::{Domain, Duration, Name, Whole};

use crate::{
    gateway::RateLimit,
    homeserver::{BrokerLimits, GuardLimits, Homeserver, LogLevel},
};

/// Registration tokens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tokens {
    /// Longest life of a token or a password link.
    #[option(default = Duration::hours(720), feeds = "rampart-broker:guests.maxTtl", example = "168h")]
    pub longest_life: Duration,
    /// Most accounts of one token.
    #[option(default = Whole::clamped(10), feeds = "rampart-broker:guests.maxUses", example = 1)]
    pub most_uses: Whole<1, 1000>,
}

/// The enrolment page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnrolPage {
    /// PNG or SVG file on the host, at most 512 KiB.
    #[option(feeds = "rampart-enrol:look.logoFile", example = "/etc/rampart/logo.svg")]
    pub logo: Option<String>,
    /// Fewest characters of a password.
    #[option(default = Whole::clamped(12), feeds = "rampart-enrol:leastPassword", example = 16)]
    pub least_password: Whole<8, 128>,
    /// Requests a minute from one address; half as many at once.
    #[option(default = Whole::clamped(60), feeds = "rampart-enrol:addressPerMinute", example = 30)]
    pub address_per_minute: Whole<2, 100_000>,
    /// Attempts a minute with one token.
    #[option(default = Whole::clamped(10), feeds = "rampart-enrol:tokenPerMinute", example = 5)]
    pub token_per_minute: Whole<1, 10_000>,
    /// How much the page logs.
    #[option(default = LogLevel::Info, feeds = "rampart-enrol:logLevel", example = "warn")]
    pub log: LogLevel,
}

/// The homeserver of a tenant's guests. It opens no connection inwards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[describe(set = "dmz")]
pub struct Dmz {
    /// The tenant.
    #[option(derived, example = "partners")]
    pub tenant: Name,
    /// Server name, client API and `/register` of the tenant.
    #[option(derived, example = "partners.meridian.example")]
    pub domain: Domain,
    /// The homeserver.
    #[option(group)]
    pub homeserver: Homeserver,
    /// The guard before it.
    #[option(group)]
    pub guard: GuardLimits,
    /// The broker beside it.
    #[option(group)]
    pub broker: BrokerLimits,
    /// Registration tokens.
    #[option(group)]
    pub tokens: Tokens,
    /// The enrolment page.
    #[option(group)]
    pub page: EnrolPage,
    /// Limits per client address.
    #[option(group)]
    pub limit: RateLimit,
}
