//! Groups inside `[core]` and `[dmz]`: the homeserver and the guard before it.

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::{Domain, Duration, RoomVersion, Whole};

use crate::guard::LogUsers;

/// How much a program logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "kebab-case")]
pub enum LogLevel {
    /// Failures only.
    Error,
    /// Failures and what may become one.
    Warn,
    /// What happens.
    Info,
    /// For finding faults.
    Debug,
}

/// The homeserver. What decides over secrecy and retention is derived from the audit profile; setting such an option
/// weaker than the profile asks is refused by `check`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Homeserver {
    /// Largest request in bytes, and so the largest media file. Tuwunel refuses to start below 10 MB.
    #[option(derived, default = Whole::clamped(52_428_800), example = 104_857_600)]
    pub max_request_size: Whole<10_000_000, 4_294_967_296>,
    /// Version of new rooms. From version 12 on a creator stands above every power level.
    #[option(derived, example = "11")]
    pub room_version: RoomVersion,
    /// Whether rooms may be encrypted. Default: not in an audit fleet.
    #[option(derived)]
    pub allow_encryption: bool,
    /// Whether anybody may register. Default: only on a DMZ host, and there by token.
    #[option(derived)]
    pub allow_registration: bool,
    /// Servers with which this one federates, and nobody else. The other end of a closed federation is added. Empty: none.
    #[option(derived, default = Vec::new(), example = ["partner.example"])]
    pub federate_with: Vec<Domain>,
    /// Key servers that are trusted for other servers' keys.
    #[option(derived, default = Vec::new(), example = ["partners.meridian.example"])]
    pub trusted_servers: Vec<Domain>,
    /// Whether the first account becomes administrator.
    #[option(derived, default = false)]
    pub first_user_is_admin: bool,
    /// Seconds after which originals of redacted events are destroyed; 0 for never.
    #[option(derived, example = 0)]
    pub redaction_retention_seconds: Whole<0, 3_153_600_000>,
    /// Whether users may redact. Default: not in an audit fleet.
    #[option(derived)]
    pub allow_redactions: bool,
    /// How much the homeserver logs.
    #[option(default = LogLevel::Warn, feeds = "tuwunel:global.log", example = "info")]
    pub log: LogLevel,
}

/// Limits of the guard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GuardLimits {
    /// Connections at once.
    #[option(default = Whole::clamped(4096), feeds = "rampart-guard:maxConnections", example = 1024)]
    pub max_connections: Whole<16, 1_000_000>,
    /// Longest time that finishing requests may take at a stop.
    #[option(default = Duration::seconds(30), feeds = "rampart-guard:stopTimeout", example = "1m")]
    pub stop_timeout: Duration,
    /// Whom the log line of a refusal names, the guard's and that of `rampart-answer`. With `hash` and `clear` they ask the
    /// homeserver whose token it was.
    #[option(derived, default = LogUsers::Hash, example = "clear")]
    pub log_users: LogUsers,
    /// How much the guard logs. An audited fleet logs at `info` at least, where the refusals are.
    #[option(default = LogLevel::Info, feeds = "rampart-guard:logLevel", example = "debug")]
    pub log: LogLevel,
}

/// The broker, which holds the homeserver's admin token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BrokerLimits {
    /// Longest time for an answer of the homeserver or the directory.
    #[option(default = Duration::seconds(10), feeds = "rampart-broker:upstreamTimeout", example = "5s")]
    pub upstream_timeout: Duration,
    /// How much the broker logs.
    #[option(default = LogLevel::Info, feeds = "rampart-broker:logLevel", example = "warn")]
    pub log: LogLevel,
}
