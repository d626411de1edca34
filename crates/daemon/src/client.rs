//! Who the client is: what a trusted proxy says, else what the socket says.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName};

/// Where proxies write the addresses that they saw, each behind the one before.
pub const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The client's address. Headers are believed only when `peer` is one of the `trusted` proxies.
///
/// It is the address nearest to us that is no trusted proxy. Each proxy appends the peer that it saw, so only what stands
/// right of the first stranger was written by a proxy that we believe. An unreadable entry ends the walk.
pub fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let mut nearest = peer.to_canonical();
    if !is_trusted(trusted, nearest) {
        return nearest;
    }
    let lines = headers.get_all(FORWARDED_FOR).iter().rev();
    let entries = lines.flat_map(|line| line.to_str().unwrap_or("?").rsplit(','));
    for entry in entries {
        let Some(address) = parse(entry.trim()) else { break };
        nearest = address;
        if !is_trusted(trusted, address) {
            break;
        }
    }
    nearest
}

/// Whether an address is one of the proxies.
pub fn is_trusted(proxies: &[IpAddr], address: IpAddr) -> bool {
    proxies.iter().any(|proxy| proxy.to_canonical() == address.to_canonical())
}

fn parse(text: &str) -> Option<IpAddr> {
    let with_port = || text.parse::<SocketAddr>().map(|socket| socket.ip());
    text.parse().or_else(|_| with_port()).ok().map(|address: IpAddr| address.to_canonical())
}
