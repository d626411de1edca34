//! `[core]`: homeserver, token services, hub of the tunnel.

use std::net::Ipv4Addr;

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::{Domain, Name, Url, Whole};

use crate::{
    bot::BotOptions,
    homeserver::{BrokerLimits, GuardLimits, Homeserver},
    livekit::Livekit,
    steering::Steering,
    turn::Turn,
};

/// How staff get their accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "kebab-case")]
pub enum Accounts {
    /// The administrator makes them.
    Admin,
    /// By registration token.
    Token,
    /// By an `OpenID` provider.
    Oidc,
    /// By a directory.
    Ldap,
}

/// The `OpenID` provider, for `accounts = "oidc"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Oidc {
    /// Issuer.
    #[option(derived, example = "https://id.meridian.example")]
    pub issuer: Option<Url>,
    /// Client id at the provider; the client secret is the secret `oidc-client`.
    #[option(derived, example = "matrix")]
    pub client_id: Option<String>,
}

/// Where the user name is unless something else is said.
const UID_ATTRIBUTE: &str = "uid";

/// The directory: of `accounts = "ldap"`, and beside any other way for the broker, which asks it who may give orders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ldap {
    /// Server.
    #[option(derived, example = "ldaps://ldap.meridian.example")]
    pub uri: Option<Url>,
    /// Where users are.
    #[option(derived, example = "ou=people,dc=meridian,dc=example")]
    pub base_dn: Option<String>,
    /// Account that looks users up; its password is the secret `ldap-bind`.
    #[option(derived, example = "cn=matrix,dc=meridian,dc=example")]
    pub bind_dn: Option<String>,
    /// Attribute with the user name.
    #[option(derived, default = UID_ATTRIBUTE, example = "sAMAccountName")]
    pub uid_attribute: String,
    /// What must hold for a user who may give orders to the bot, as an LDAP filter. Default: that there is an entry.
    #[option(derived, default = "", example = "(!(nsAccountLock=TRUE))")]
    pub active_filter: String,
}

impl Ldap {
    /// What a search needs, where all of it is there: server, base, and the account that searches.
    pub fn searched(&self) -> Option<(&Url, &str, &str)> {
        Some((self.uri.as_ref()?, self.base_dn.as_deref()?, self.bind_dn.as_deref()?))
    }

    /// Whether any of it was set.
    pub fn is_set(&self) -> bool {
        let named = self.uri.is_some() || self.base_dn.is_some() || self.bind_dn.is_some();
        named || self.uid_attribute != UID_ATTRIBUTE || !self.active_filter.is_empty()
    }
}

/// The heart of the fleet: homeserver, token services, primary media server, hub of the tunnel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[describe(set = "core")]
pub struct Core {
    /// Matrix server name of the fleet.
    #[option(derived, example = "meridian.example")]
    pub server_name: Domain,
    /// Name of the client API.
    #[option(derived, example = "matrix.meridian.example")]
    pub client_domain: Domain,
    /// Public address at which the core's media arrives: the gateway's, or its own.
    #[option(derived, example = "203.0.113.10")]
    pub media_address: Option<Ipv4Addr>,
    /// Whether the core has public media ports: 1:1 relay and fallback focus. Off: the host `media-host` has them, and
    /// no port of the core is public.
    #[option(derived, default = true, example = false)]
    pub public_media: bool,
    /// Host that relays 1:1 calls and whose focus is the fallback, last in every list. Default: the core; without
    /// `public-media` an edge of its region, else the first edge.
    #[option(derived, example = "edge-lon")]
    pub media_host: Name,
    /// How staff get their accounts.
    #[option(derived, default = Accounts::Admin, example = "oidc")]
    pub accounts: Accounts,
    /// The `OpenID` provider.
    #[option(group)]
    pub oidc: Oidc,
    /// The directory, for `accounts = "ldap"`, and for orders to the bot.
    #[option(group)]
    pub ldap: Ldap,
    /// The homeserver.
    #[option(group)]
    pub homeserver: Homeserver,
    /// The guard before it.
    #[option(group)]
    pub guard: GuardLimits,
    /// Which media server a client is told first.
    #[option(group)]
    pub steering: Steering,
    /// The broker beside it.
    #[option(group)]
    pub broker: BrokerLimits,
    /// The bot that takes orders about guests, where there is a tenant.
    #[option(group)]
    pub bot: BotOptions,
    /// The core's own media server, last in every list.
    #[option(group)]
    pub livekit: Livekit,
    /// The relay of 1:1 calls.
    #[option(group)]
    pub turn: Turn,
    /// Seconds for which a TURN credential of the homeserver is valid.
    #[option(default = Whole::clamped(86_400), feeds = "tuwunel:global.turn_ttl", example = 3600)]
    pub turn_ttl_seconds: Whole<60, 86_400>,
}
