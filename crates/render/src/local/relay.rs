//! coturn's peer policy, simulated: a peer is allowed unless a range denies it, and an allowed range beats a denied one
//! (coturn: `src/server/ns_turn_server.c`).

use std::net::{IpAddr, Ipv6Addr};

use serde_json::Value;

use super::view;

/// Where the settings stand.
pub(super) const SETTINGS: &str = "services.coturn.settings";
/// The two lists of ranges.
pub(super) const LISTS: [&str; 2] = ["denied-peer-ip", "allowed-peer-ip"];

/// Addresses from the first to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    first: IpAddr,
    last: IpAddr,
}

impl Range {
    /// Reads `address` or `first-last`, the only two forms that coturn knows. The unspecified address alone stands for
    /// every address there (coturn: `src/client/ns_turn_ioaddr.c`), so it is no range.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last): (IpAddr, IpAddr) = (first.parse().ok()?, last.parse().ok()?);
        (first.is_ipv4() == last.is_ipv4() && first <= last && !last.is_unspecified())
            .then_some(Self { first, last })
    }

    fn contains(self, address: IpAddr) -> bool {
        self.first.is_ipv4() == address.is_ipv4() && self.first <= address && address <= self.last
    }
}

/// What the relay may send to.
pub(super) struct Policy {
    denied: Vec<Range>,
    allowed: Vec<Range>,
}

impl Policy {
    /// The policy of this host's relay, when it has one. Ranges that cannot be read do not count, as in coturn before
    /// 4.11.
    pub(super) fn of(host: &Value) -> Option<Self> {
        let settings = view::at(host, SETTINGS)?;
        let [denied, allowed] =
            LISTS.map(|list| view::texts(settings, list).into_iter().filter_map(Range::read).collect());
        Some(Self { denied, allowed })
    }

    /// Whether the relay sends to `address`, in any of the forms in which a client can ask for it.
    pub(super) fn permits(&self, address: IpAddr) -> bool {
        let within = |ranges: &[Range], address| ranges.iter().any(|range| range.contains(address));
        spellings(address)
            .into_iter()
            .any(|address| within(&self.allowed, address) || !within(&self.denied, address))
    }
}

/// The address itself, and the IPv6 addresses that lead to it (RFC 4291 §2.5.5.2, RFC 6052 §2.1).
fn spellings(address: IpAddr) -> Vec<IpAddr> {
    let IpAddr::V4(v4) = address else { return vec![address] };
    let mut nat64 = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0).octets();
    nat64[12..].copy_from_slice(&v4.octets());
    vec![address, v4.to_ipv6_mapped().into(), IpAddr::from(nat64)]
}

/// Addresses that no relay may send to, wherever it stands.
const NEVER: [(&str, &str); 10] = [
    ("the metadata service", "169.254.169.254"),
    ("the metadata service", "fd00:ec2::254"),
    ("loopback", "127.0.0.1"),
    ("loopback", "127.255.255.254"),
    ("loopback", "::1"),
    ("this host", "0.0.0.0"),
    ("a private network", "10.255.255.1"),
    ("a private network", "172.31.255.1"),
    ("a private network", "192.168.255.1"),
    ("a link-local network", "fe80::1"),
];

/// Addresses that no relay may send to on this host, each with what it is.
pub(super) fn forbidden(host: &Value) -> Vec<(&'static str, IpAddr)> {
    let mut out: Vec<(&str, IpAddr)> = Vec::new();
    let mut add = |what, address: &str| out.extend(address.parse().ok().map(|address| (what, address)));
    for (what, address) in NEVER {
        add(what, address);
    }
    if let Some(core) = view::text(host, "options.edge.coreAddress") {
        add("the core in the tunnel", core);
    }
    for (_, redis) in view::table(host, "services").filter(|(unit, _)| unit.starts_with("redis-")) {
        for address in view::texts(redis, "bind") {
            add("Redis", address);
        }
    }
    let network = view::tunnel(host);
    let samples = [1, 2, 255, 65_533].into_iter().filter_map(|index| network?.nth_v4(index));
    out.extend(samples.map(|sample| ("the tunnel", sample.into())));
    let meant = meant(host);
    out.retain(|(_, address)| !meant.contains(address));
    out
}

/// Addresses that the relay is there for: its own, where two of its clients meet, and on an edge the media servers'.
fn meant(host: &Value) -> Vec<IpAddr> {
    let own = view::texts(host, "services.coturn.settings.relay-ip");
    let core = view::text(host, "options.edge.coreAddress");
    let peers =
        view::at(host, "services.wg-fleet.peers").filter(|_| core.is_some()).and_then(Value::as_array);
    let peers = peers.into_iter().flatten().flat_map(|peer| view::texts(peer, "allowedIPs"));
    let peers = peers.filter_map(|network| network.strip_suffix("/32")).filter(|peer| Some(*peer) != core);
    own.into_iter().chain(peers).filter_map(|address| address.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn policy(denied: &[&str], allowed: &[&str]) -> Policy {
        let settings = json!({ "denied-peer-ip": denied, "allowed-peer-ip": allowed });
        Policy::of(&json!({ "services": { "coturn": { "settings": settings } } })).unwrap()
    }

    fn permits(policy: &Policy, address: &str) -> bool {
        policy.permits(address.parse().unwrap())
    }

    #[test]
    fn allow_beats_deny_and_the_default_is_to_allow() {
        let all = ["0.0.0.0-255.255.255.255", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"];
        let one = policy(&all, &["10.77.0.4"]);
        assert!(permits(&one, "10.77.0.4") && !permits(&one, "10.77.0.5"));
        assert!(permits(&policy(&[], &[]), "127.0.0.1"));
    }

    #[test]
    fn a_mapped_address_is_the_same_address() {
        let only_v4 = policy(&["127.0.0.0-127.255.255.255"], &[]);
        assert!(permits(&only_v4, "127.0.0.1"), "::ffff:127.0.0.1 leads there");
    }

    #[test]
    fn ranges_are_no_networks() {
        for bad in ["10.0.0.0/8", "10.0.0.0-", "10.0.0.9-10.0.0.1", "10.0.0.1-::1", "all", "::"] {
            assert_eq!(Range::read(bad), None, "{bad}");
        }
    }
}
