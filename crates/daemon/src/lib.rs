//! Layer 5: what our long-running programs share. See `docs/architecture.md`.
//!
//! - [`client`]: whose request it is, by what trusted proxies say
//! - [`config`]: one JSON file, read once, every key known; errors name file, key, cause and fix
//! - [`logs`]: one line a record on standard error, shaped for whoever reads it
//! - [`metrics`]: numbers for Prometheus
//! - [`reload`]: the signal to read the configuration again
//! - [`replace()`]: replacing a file in one step
//! - [`socket`]: unix sockets whose file goes with the program
//! - [`state`]: telling systemd that the program is ready, reloading or stopping
//! - [`stop`]: signals become a token; work in flight ends within a bound
//! - [`program`]: the frame of `main` and the exit codes
//! - `tls` (feature of that name): asking servers behind TLS
//! - `http` (feature of that name): serving and asking small APIs
//! - `ledger_command` (feature `ledger`): looking at a ledger from outside

pub mod client;
pub mod config;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "ledger")]
pub mod ledger_command;
pub mod logs;
pub mod metrics;
pub mod program;
pub mod reload;
mod replace;
pub mod socket;
pub mod state;
pub mod stop;
#[cfg(feature = "tls")]
pub mod tls;

pub use replace::replace;
