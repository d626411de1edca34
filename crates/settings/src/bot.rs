//! The bot that takes orders in a restricted room: its options in `[core.bot]`, and the configuration file of
//! `rampart-bot`, where what is rendered is what it parses.

use std::net::SocketAddr;

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::{CommandPrefix, Domain, Duration, Name, RoomVersion, UserId, Whole};

use crate::homeserver::LogLevel;

/// The bot. Who may give it orders: people in the room of a tenant's staff who have the power level, are on the list where
/// there is one, and have an account that is active at this moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BotOptions {
    /// What an order begins with. Default: `!`. Orders that begin with the bot's name are taken as well.
    #[option(feeds = "rampart-bot:prefix", example = "!!")]
    pub prefix: Option<CommandPrefix>,
    /// Least power level, in the room of the staff, of people who may give orders.
    #[option(default = Whole::clamped(50), feeds = "rampart-bot:orders.powerLevel", example = 0)]
    pub power_level: Whole<0, 100>,
    /// People who may give orders, and nobody else. Empty: whoever has the power level.
    #[option(default = Vec::new(), feeds = "rampart-bot:orders.allowed", example = ["@anna:meridian.example"])]
    pub allowed: Vec<UserId>,
    /// Whether a second person has to approve what lets somebody in.
    #[option(default = false, feeds = "rampart-bot:orders.secondApproval", example = true)]
    pub second_approval: bool,
    /// Life of a token or a password link for which the order names none.
    #[option(default = Duration::hours(24), feeds = "rampart-bot:orders.defaultLife", example = "4h")]
    pub default_life: Duration,
    /// Most accounts that the open tokens of one person may still make; 0 for as many as they like.
    #[option(default = Whole::clamped(50), feeds = "rampart-bot:orders.quota", example = 5)]
    pub quota: Whole<0, 10_000>,
    /// Orders a minute from one person.
    #[option(default = Whole::clamped(20), feeds = "rampart-bot:orders.perMinute", example = 6)]
    pub per_minute: Whole<1, 1000>,
    /// How long the bot waits for a reaction, of the sender or of the second person.
    #[option(default = Duration::minutes(5), feeds = "rampart-bot:orders.confirmTimeout", example = "2m")]
    pub confirm_timeout: Duration,
    /// Age up to which an order is obeyed that was sent while the bot was away.
    #[option(default = Duration::minutes(10), feeds = "rampart-bot:orders.longestDelay", example = "2m")]
    pub longest_delay: Duration,
    /// How much the bot logs.
    #[option(default = LogLevel::Info, feeds = "rampart-bot:logLevel", example = "warn")]
    pub log: LogLevel,
}

/// Who may give which orders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Orders {
    /// Least power level in the room.
    pub power_level: Whole<0, 100>,
    /// People who may; empty: whoever has the power level.
    pub allowed: Vec<UserId>,
    /// Whether a second person has to approve what lets somebody in.
    pub second_approval: bool,
    /// Life of a token or a password link for which the order names none.
    pub default_life: Duration,
    /// Most accounts that the open tokens of one person may still make; 0 for no limit.
    pub quota: Whole<0, 10_000>,
    /// Orders a minute from one person.
    pub per_minute: Whole<1, 1000>,
    /// How long a reaction is waited for.
    pub confirm_timeout: Duration,
    /// Age up to which an order is obeyed.
    pub longest_delay: Duration,
}

/// A tenant, whose guests are managed in a room of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BotTenant {
    /// Name of the tenant.
    pub name: Name,
    /// Name of the tenant for people.
    pub title: String,
    /// Server name of the guests.
    pub domain: Domain,
    /// Who is invited to the room that the bot makes, with the power to invite others.
    pub staff: Vec<UserId>,
    /// The tenant's broker, through the tunnel.
    pub broker: SocketAddr,
    /// Credential that is shown to it.
    pub client_token_file: String,
}

/// The configuration file of `rampart-bot`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bot {
    /// The guard before the homeserver of the staff, plain HTTP in the tunnel.
    pub homeserver: SocketAddr,
    /// Name of that homeserver.
    pub server_name: Domain,
    /// The bot's account.
    pub user: UserId,
    /// Credential with the token of its account.
    pub token_file: String,
    /// Version of the rooms that it makes.
    pub room_version: RoomVersion,
    /// Socket of the broker that knows whether an account is active.
    pub accounts_socket: String,
    /// What an order begins with; `!` without one.
    pub prefix: Option<CommandPrefix>,
    /// Who may give which orders.
    pub orders: Orders,
    /// The tenants.
    pub tenants: Vec<BotTenant>,
    /// Time between two looks at how closed the tenants' servers are, and at who still has an account.
    pub watch_interval: Duration,
    /// Longest time for an answer of a broker.
    pub broker_timeout: Duration,
    /// Where ledger, key and position are.
    pub state_directory: String,
    /// Loopback address for numbers.
    pub metrics: SocketAddr,
    /// Longest time that an order in flight may take at a stop.
    pub stop_timeout: Duration,
    /// How much it logs.
    pub log_level: LogLevel,
}
