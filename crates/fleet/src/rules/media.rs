//! Which hosts have a media server, and what it is told.

use settings::{host::RoleName, livekit::Livekit};

use crate::ResolvedHost;

/// The roles that have a media server.
pub(super) const ROLES: &[RoleName] = &[RoleName::Core, RoleName::Edge];

/// Whether the host has a media server of which `bad` is true.
pub(super) fn any(host: &ResolvedHost, bad: impl Fn(&Livekit) -> bool) -> bool {
    host.livekit().is_some_and(bad)
}

/// The name or address in `name:port`, brackets taken off.
pub(super) fn stun_name(server: &str) -> Option<&str> {
    let (name, port) = server.rsplit_once(':')?;
    port.parse::<u16>().ok().filter(|port| *port != 0)?;
    match name.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']'),
        None => (!name.contains(':')).then_some(name),
    }
}

/// The first STUN server of a host of which `bad` is true.
pub(super) fn first_stun(host: &ResolvedHost, bad: impl Fn(&&String) -> bool) -> String {
    host.livekit().and_then(|livekit| livekit.stun_servers.iter().find(bad).cloned()).unwrap_or_default()
}
