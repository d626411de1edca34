//! Reading the configuration file, and what no single key can say about itself.

use std::path::Path;

use daemon::config::{self, ConfigError};
use settings::steer::Steer;
use steering::SteeringMap;

/// A configuration that can be used.
#[derive(Debug)]
pub struct Loaded {
    /// As written.
    pub config: Steer,
    /// Ready for questions.
    pub map: SteeringMap,
}

/// Reads and checks `file`.
pub fn load(file: &Path) -> Result<Loaded, ConfigError> {
    check(file, config::load(file)?)
}

fn check(file: &Path, config: Steer) -> Result<Loaded, ConfigError> {
    let value = |key: &str, cause: String, fix| ConfigError::value(file, key, cause, fix);
    let map =
        SteeringMap::new(&config).map_err(|fault| value(fault.key(), fault.to_string(), fault.fix()))?;
    match fault(&config) {
        None => Ok(Loaded { config, map }),
        Some((key, cause, fix)) => Err(value(key, cause.to_owned(), fix)),
    }
}

/// Key, cause and fix of a value.
type Fault = (&'static str, &'static str, &'static str);

/// The first value that makes the program useless.
fn fault(config: &Steer) -> Option<Fault> {
    let relative = "the path is relative, so it depends on where the program is started";
    let is_relative = |path: &str| !Path::new(path).is_absolute();
    let rules = [
        (is_relative(&config.drain_folder), ("drainFolder", relative, "write it from `/`")),
        (
            config.geoip_database.as_deref().is_some_and(is_relative),
            ("geoipDatabase", relative, "write it from `/`"),
        ),
        (
            !config.local.ip().is_loopback(),
            ("local", "anybody who reaches it sees the state of the fleet", "take a loopback address"),
        ),
        (config.max_connections == 0, ("maxConnections", "0 lets nobody in", "allow at least 1")),
        (
            config.health.interval.as_std().is_zero(),
            ("health.interval", "0 looks without end", "take at least 1ms"),
        ),
        (
            config.health.timeout.as_std().is_zero(),
            ("health.timeout", "0 finds nobody well", "take at least 1ms"),
        ),
    ];
    rules.into_iter().find_map(|(broken, fault)| broken.then_some(fault))
}
