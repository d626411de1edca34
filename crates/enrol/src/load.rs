//! Reading the configuration file, and what no single key can say about itself.

use std::path::Path;

use daemon::config::{self, ConfigError, Fault};
use settings::enrol::Enrol;

/// Reads and checks `file`.
pub fn load(file: &Path) -> Result<Enrol, ConfigError> {
    config::checked(file, config::load(file)?, faults)
}

/// What makes the page useless or open.
fn faults(enrol: &Enrol) -> [(bool, Fault); 7] {
    let (relative, from_root) = ("the path is relative", "write it from `/`");
    let is_relative = |path: &str| !path.starts_with('/');
    [
        (is_relative(&enrol.broker_socket), ("brokerSocket", relative, from_root)),
        (is_relative(&enrol.register_socket), ("registerSocket", relative, from_root)),
        (
            !enrol.listen.ip().is_loopback(),
            (
                "listen",
                "its word on client addresses would be anybody's",
                "listen on loopback, behind Traefik",
            ),
        ),
        (
            !enrol.page_url.as_str().starts_with("https://")
                || !enrol.page_url.as_str().ends_with("/register"),
            ("pageUrl", "it is not `https://…/register`", "the page lives there and nowhere else"),
        ),
        (enrol.max_connections == 0, ("maxConnections", "0 lets nobody in", "allow at least 1")),
        (
            !(8..=128).contains(&enrol.least_password),
            ("leastPassword", "it is not between 8 and 128", "12 is a good choice"),
        ),
        (
            enrol.address_per_minute < 2 || enrol.token_per_minute == 0,
            ("addressPerMinute", "nobody could use the page", "allow at least 2 requests and 1 attempt"),
        ),
    ]
}
