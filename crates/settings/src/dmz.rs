//! `[dmz]`: the homeserver of a tenant's guests.

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::{Domain, Name};

use crate::{
    gateway::RateLimit,
    homeserver::{GuardLimits, Homeserver},
};

/// The homeserver of a tenant's guests. It opens no connection inwards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[describe(set = "dmz")]
pub struct Dmz {
    /// The tenant.
    #[option(derived)]
    pub tenant: Name,
    /// Server name, client API and `/register` of the tenant.
    #[option(derived)]
    pub domain: Domain,
    /// The homeserver.
    #[option(group)]
    pub homeserver: Homeserver,
    /// The guard before it.
    #[option(group)]
    pub guard: GuardLimits,
    /// Limits per client address.
    #[option(group)]
    pub limit: RateLimit,
}
