//! Configuration of the program `rampart-enrol`: what is rendered is what it parses.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use values::{Colour, Domain, Duration, Url};

use crate::homeserver::LogLevel;

/// A program with which people chat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChatClient {
    /// Name for people.
    pub name: String,
    /// Where it is had.
    pub url: Url,
}

/// How the page looks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Look {
    /// Name of the tenant for people.
    pub title: String,
    /// Colour of buttons. The text on them is black or white, whichever can be read.
    pub colour: Colour,
    /// PNG or SVG file.
    pub logo_file: Option<String>,
    /// Terms that must be agreed to.
    pub terms_url: Option<Url>,
}

/// The configuration file of `rampart-enrol`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Enrol {
    /// Loopback address, behind Traefik.
    pub listen: SocketAddr,
    /// Address of the page as people have it.
    pub page_url: Url,
    /// Server name, which people need to log in.
    pub server_name: Domain,
    /// Socket of the broker.
    pub broker_socket: String,
    /// Socket of the guard that admits registration.
    pub register_socket: String,
    /// How it looks.
    pub look: Look,
    /// Programs that the last page names.
    pub clients: Vec<ChatClient>,
    /// Connections at once.
    pub max_connections: u32,
    /// Fewest characters of a password.
    pub least_password: u32,
    /// Requests a minute from one address; half as many at once.
    pub address_per_minute: u32,
    /// Attempts a minute with one token; as many at once.
    pub token_per_minute: u32,
    /// Longest time that finishing requests may take at a stop.
    pub stop_timeout: Duration,
    /// How much it logs.
    pub log_level: LogLevel,
}
