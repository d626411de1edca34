//! Configuration of the program `rampart-guard`: what is rendered is what it parses.

use std::net::{IpAddr, SocketAddr};

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::{Duration, RoomVersion};

use crate::{audit::Audit, homeserver::LogLevel};

/// Where registration is admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Registration {
    /// On every listener; the homeserver decides.
    Everywhere,
    /// Only on the second socket, which belongs to the enrolment page.
    EnrolSocketOnly,
}

/// Whom the log line of a refusal names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "kebab-case")]
pub enum LogUsers {
    /// Nobody: a hash of the access token joins the lines of one session.
    Session,
    /// Also the user, as a hash that lasts until the guard is started again.
    Hash,
    /// Also the user, in clear.
    Clear,
}

/// What requests are judged by (`ingress::decide`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Policy {
    /// The audit profile.
    pub audit: Audit,
    /// Version of new rooms; under the profile there is no other.
    pub room_version: RoomVersion,
    /// Whether other servers may speak to the homeserver.
    pub federation: bool,
}

/// Keys of the configuration file that a running guard takes over when it is told to read the file again. The others need
/// a restart.
pub const RELOADED: [&str; 4] = ["policy", "trustedProxies", "maxBodyBytes", "logUsers"];

/// The configuration file of `rampart-guard`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Guard {
    /// TCP addresses that it listens on.
    pub listen: Vec<SocketAddr>,
    /// Loopback address at which its numbers are (Prometheus).
    pub metrics: Option<SocketAddr>,
    /// Second socket, for the enrolment page.
    pub enrol_socket: Option<String>,
    /// The homeserver's socket.
    pub upstream_socket: String,
    /// Proxies whose word on the client's address counts.
    pub trusted_proxies: Vec<IpAddr>,
    /// Where registration is admitted.
    pub registration: Registration,
    /// What requests are judged by.
    pub policy: Policy,
    /// Connections at once.
    pub max_connections: u32,
    /// Bytes of request headers.
    pub max_header_bytes: u32,
    /// Bytes of a request body.
    pub max_body_bytes: u64,
    /// Longest time to reach the homeserver.
    pub upstream_connect_timeout: Duration,
    /// Longest time for a client to send its headers.
    pub header_timeout: Duration,
    /// Longest time that finishing requests may take at a stop.
    pub stop_timeout: Duration,
    /// Whom the log line of a refusal names.
    pub log_users: LogUsers,
    /// How much it logs.
    pub log_level: LogLevel,
}
