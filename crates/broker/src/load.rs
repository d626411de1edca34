//! Reading the configuration file, and what no single key can say about itself.

use std::path::Path;

use daemon::config::{self, ConfigError, Fault};
use settings::broker::Broker;

/// Reads and checks `file`.
pub fn load(file: &Path) -> Result<Broker, ConfigError> {
    config::checked(file, config::load(file)?, faults)
}

/// What makes the broker useless.
fn faults(broker: &Broker) -> [(bool, Fault); 9] {
    let homeserver = &broker.homeserver;
    let (relative, from_root) = ("the path is relative", "write it from `/`");
    let is_relative = |path: &str| !path.starts_with('/');
    let guests = broker.guests.as_ref();
    [
        (is_relative(&broker.socket), ("socket", relative, from_root)),
        (is_relative(&broker.state_directory), ("stateDirectory", relative, from_root)),
        (
            homeserver.socket.is_some() == homeserver.address.is_some(),
            ("homeserver", "it needs a socket or an address, and not both", "name its socket"),
        ),
        (
            homeserver.address.is_some_and(|address| !address.ip().is_loopback()),
            ("homeserver.address", "the admin token would cross a network", "name its socket or loopback"),
        ),
        (
            guests.is_some_and(|guests| guests.listen.ip().is_unspecified()),
            ("guests.listen", "it listens on every address", "name the tunnel address"),
        ),
        (
            guests.is_some_and(|guests| guests.max_uses == 0 || guests.max_ttl.as_secs() < 60),
            ("guests", "no token could be issued", "allow at least 1 use and 60 seconds"),
        ),
        (broker.requests_per_second == 0, ("requestsPerSecond", "0 answers nobody", "allow at least 1")),
        (
            broker.upstream_timeout.as_secs() == 0,
            ("upstreamTimeout", "0 ends every request at once", "allow at least a second"),
        ),
        (
            broker.directory.as_ref().is_some_and(|directory| !is_filter(&directory.active_filter)),
            (
                "directory.activeFilter",
                "it is not an LDAP filter",
                "write it in brackets, such as `(objectClass=person)`",
            ),
        ),
    ]
}

/// Empty, or in one pair of brackets that ends where the text ends.
fn is_filter(text: &str) -> bool {
    let mut depth = 0_usize;
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return false,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 && place + 1 < text.len() {
            return false;
        }
    }
    depth == 0 && (text.is_empty() || text.starts_with('('))
}

#[cfg(test)]
mod tests {
    use super::is_filter;

    #[test]
    fn a_filter_is_one_bracket() {
        for good in ["", "(a=b)", "(!(a=b))", "(&(a=b)(c=d))"] {
            assert!(is_filter(good), "{good}");
        }
        for bad in ["a=b", "(a=b", "a=b)", "(a=b)(c=d)", ")("] {
            assert!(!is_filter(bad), "{bad}");
        }
    }
}
