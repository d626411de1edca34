//! Configuration of the program `rampart-answer`: what is rendered is what it parses.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use values::{Domain, Duration};

use crate::{
    discovery::Discovery,
    guard::{LogUsers, Policy, Registration},
    homeserver::LogLevel,
};

/// What the self-test asks, and where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SelfTest {
    /// Where Traefik takes requests on this very host.
    pub entry: SocketAddr,
    /// Name of the client API.
    pub client: Domain,
    /// How long Traefik may take to answer at all, its certificate included.
    pub patience: Duration,
}

/// The configuration file of `rampart-answer`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Answer {
    /// Loopback addresses that it listens on.
    pub listen: Vec<SocketAddr>,
    /// Loopback address at which its numbers are (Prometheus).
    pub metrics: Option<SocketAddr>,
    /// What Traefik refuses by; it says which sentence people read.
    pub policy: Policy,
    /// Where registration is admitted.
    pub registration: Registration,
    /// The guard before the homeserver, which is asked whose a token is.
    pub guard: SocketAddr,
    /// Whom the log line of a refusal names: as the guard's.
    pub log_users: LogUsers,
    /// How long a client that was too quick is told to wait.
    pub retry_after: Duration,
    /// Connections at once.
    pub max_connections: u32,
    /// The self-test of the host.
    pub self_test: SelfTest,
    /// What clients are told where they look for the API and for foci: on a gateway while steering is away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discovery: Option<Discovery>,
    /// How much it logs.
    pub log_level: LogLevel,
}
