//! The settings of the guard. To be moved to the crate `settings` with `#[derive(Describe)]`.

use std::{net::SocketAddr, path::PathBuf};

use serde::{Deserialize, Serialize};
use tracing::level_filters::LevelFilter;
use values::{Cidr, Duration};

/// The configuration file of `rampart-guard`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Guard {
    /// Addresses and ports on which proxies and our own programs reach the guard. Plain HTTP/1.1.
    pub listen: Vec<SocketAddr>,
    /// Unix socket (mode 0660) of the registration page. Its group is the guard's; the folder must exist.
    #[serde(default)]
    pub enrol_socket: Option<PathBuf>,
    /// Unix socket of the homeserver.
    pub upstream_socket: PathBuf,
    /// Networks whose `X-Forwarded-*` headers are believed. Clients of the enrol socket count as `127.0.0.1`.
    pub trusted_proxies: Vec<Cidr>,
    /// Where accounts may be registered and registration tokens be looked up.
    pub registration: Registration,
    /// Connections served at the same time by each kind of door (all addresses together; the enrol socket).
    /// One more is answered 503. Each needs two file descriptors.
    pub max_connections: u32,
    /// Longest head of a request (request line and header fields), in bytes. Longer is answered 431.
    pub max_header_bytes: u32,
    /// Longest body of a request, in bytes, counted while it streams. Longer is answered 413.
    pub max_body_bytes: u64,
    /// How long a connection to the homeserver may take; then 502.
    pub upstream_connect_timeout: Duration,
    /// How long a request may stand still, neither its body moving nor the homeserver's answer beginning;
    /// then 408 or 504. Must be longer than the homeserver's own longest wait (Tuwunel: 240 s).
    pub upstream_answer_timeout: Duration,
    /// How long a client may take for the head of a request, counted from the end of the one before it, so
    /// also how long an idle connection is kept. Must be longer than the proxy keeps its own (Traefik: 90 s),
    /// else the two race for the last moment.
    pub header_timeout: Duration,
    /// How long requests in flight may take to finish when the guard stops.
    pub stop_timeout: Duration,
    /// The least important records that are logged.
    pub log_level: LogLevel,
}

/// Where accounts may be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Registration {
    /// Through every door; the homeserver decides.
    Everywhere,
    /// Only through the enrol socket; on the addresses the paths are answered 403.
    EnrolSocketOnly,
}

/// How important a record must be to be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// The guard cannot do its work.
    Error,
    /// The homeserver cannot be reached, or a limit is hit.
    Warn,
    /// Start, stop, and every refusal.
    Info,
    /// Why connections ended.
    Debug,
}

impl From<LogLevel> for LevelFilter {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
        }
    }
}
