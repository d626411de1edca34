//! Reading the configuration file, and what no single key can say about itself.

use std::path::Path;

use daemon::config::{self, ConfigError, Fault};
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
    let config = config::load(file)?;
    let map = SteeringMap::new(&config)
        .map_err(|fault| ConfigError::value(file, fault.key(), fault.to_string(), fault.fix()))?;
    Ok(Loaded { config: config::checked(file, config, faults)?, map })
}

/// What makes the program useless.
fn faults(config: &Steer) -> [(bool, Fault); 6] {
    let relative = "the path is relative, so it depends on where the program is started";
    let is_relative = |path: &str| !Path::new(path).is_absolute();
    [
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
    ]
}
