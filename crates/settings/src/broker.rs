//! Configuration of the program `rampart-broker`: what is rendered is what it parses.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use values::{Domain, Duration, RoomName, RoomVersion, Url};

use crate::homeserver::LogLevel;

/// Which homeserver's admin API is behind it. The routes are the same; how each one is kept closed is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HomeserverKind {
    /// Tuwunel from 1.9 on. Its registration is open to everybody once no valid token is left.
    Tuwunel,
    /// Synapse. In the lab it stands in for Tuwunel.
    Synapse,
}

/// The homeserver whose admin token the broker holds. Exactly one of `socket` and `address` is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BrokerHomeserver {
    /// Which one it is.
    pub kind: HomeserverKind,
    /// Its server name.
    pub server_name: Domain,
    /// Its socket.
    pub socket: Option<String>,
    /// Its address, loopback only.
    pub address: Option<SocketAddr>,
    /// Credential with the password of the first administrator, which bootstrap changes at once.
    pub bootstrap_file: String,
}

/// What the guests' instance does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Guests {
    /// Address for the bot, on the tunnel.
    pub listen: SocketAddr,
    /// Credential that the bot shows.
    pub client_token_file: String,
    /// Credential with the token that is always valid and never given out.
    pub sentinel_file: String,
    /// Address of the enrolment page.
    pub page_url: Url,
    /// Rooms that are made at bootstrap and joined by every new account.
    pub rooms: Vec<RoomName>,
    /// Version of new rooms.
    pub room_version: RoomVersion,
    /// Longest life of a token or a password link.
    pub max_ttl: Duration,
    /// Most accounts of one token.
    pub max_uses: u32,
}

/// A directory that is asked besides the homeserver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Directory {
    /// Server: `ldaps://…`; `ldap://…` on this machine alone, by its address.
    pub uri: Url,
    /// Where users are.
    pub base_dn: String,
    /// Account that looks users up.
    pub bind_dn: String,
    /// Credential with its password.
    pub password_file: String,
    /// Attribute with the user name.
    pub uid_attribute: String,
    /// What else must hold for an active user, as an LDAP filter.
    pub active_filter: String,
}

/// The configuration file of `rampart-broker`. With `guests` it is the DMZ's instance, without it the core's, which knows one
/// verb.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Broker {
    /// Socket: of the page on a DMZ host, of the bot on the core.
    pub socket: String,
    /// The homeserver.
    pub homeserver: BrokerHomeserver,
    /// What the guests' instance does.
    pub guests: Option<Guests>,
    /// A directory that is asked besides.
    pub directory: Option<Directory>,
    /// Where ledger, keys and tokens are.
    pub state_directory: String,
    /// Connections at once.
    pub max_connections: u32,
    /// Requests a second from each door; twice as many at once.
    pub requests_per_second: u32,
    /// Longest time for an answer of the homeserver or the directory.
    pub upstream_timeout: Duration,
    /// Longest time that finishing requests may take at a stop.
    pub stop_timeout: Duration,
    /// How much it logs.
    pub log_level: LogLevel,
}
