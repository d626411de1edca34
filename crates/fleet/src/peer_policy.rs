//! coturn's rules on whom a relay may send to, as pure data: rendering writes them, a rule simulates them.
//!
//! coturn allows by default; an allowed peer beats a denied range; ranges are `first-last`, never CIDR (coturn:
//! `examples/etc/turnserver.conf`, `src/server/ns_turn_server.c`).

use std::net::{IpAddr, Ipv4Addr};

/// Where cloud providers tell a machine its secrets.
pub const METADATA: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);

/// Every range that is not the public internet, as first and last address.
const DENIED: &[(&str, &str)] = &[
    ("0.0.0.0", "0.255.255.255"),
    ("10.0.0.0", "10.255.255.255"),
    ("100.64.0.0", "100.127.255.255"),
    ("127.0.0.0", "127.255.255.255"),
    ("169.254.0.0", "169.254.255.255"),
    ("172.16.0.0", "172.31.255.255"),
    ("192.0.0.0", "192.0.0.255"),
    ("192.0.2.0", "192.0.2.255"),
    ("192.88.99.0", "192.88.99.255"),
    ("192.168.0.0", "192.168.255.255"),
    ("198.18.0.0", "198.19.255.255"),
    ("198.51.100.0", "198.51.100.255"),
    ("203.0.113.0", "203.0.113.255"),
    ("224.0.0.0", "239.255.255.255"),
    ("240.0.0.0", "255.255.255.255"),
    // Not `::`: coturn takes a range that begins with it for a range of every address, IPv4 included
    // (coturn: src/client/ns_turn_ioaddr.c), and refuses the unspecified address by itself since 4.5.2.
    ("::1", "::1"),
    ("::ffff:0:0", "::ffff:ffff:ffff"),
    ("64:ff9b::", "64:ff9b::ffff:ffff"),
    ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
];

/// The ranges to deny, as first and last address.
pub fn denied_ranges() -> &'static [(&'static str, &'static str)] {
    DENIED
}

/// Whether coturn relays to `peer` when [`denied_ranges`] are denied and `allowed` are allowed.
pub fn permits(allowed: &[Ipv4Addr], peer: IpAddr) -> bool {
    let is_allowed = matches!(peer, IpAddr::V4(peer) if allowed.contains(&peer));
    is_allowed || !(peer.is_unspecified() || is_denied(peer))
}

fn is_denied(peer: IpAddr) -> bool {
    // Ends of the other family hold nothing of this one.
    let parse =
        |text: &str| text.parse::<IpAddr>().ok().filter(|address| address.is_ipv4() == peer.is_ipv4());
    DENIED.iter().any(|(first, last)| {
        let inside = |first: IpAddr| parse(last).is_some_and(|last| (first..=last).contains(&peer));
        parse(first).is_some_and(inside)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permits_nothing_extra(peer: &str) -> bool {
        permits(&[], peer.parse().unwrap())
    }

    #[test]
    fn every_range_has_two_ends_of_one_family_in_order() {
        for (first, last) in denied_ranges() {
            let [first, last] = [first, last].map(|text| text.parse::<IpAddr>().unwrap());
            assert_eq!(first.is_ipv4(), last.is_ipv4(), "{first}");
            assert!(first <= last, "{first}");
        }
    }

    #[test]
    fn nothing_inside_is_reached() {
        for peer in [
            "0.0.0.0",
            "10.77.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.10.3",
            "198.19.0.1",
            "224.0.0.251",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::",
            "fd00:ec2::254",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!permits_nothing_extra(peer), "{peer}");
        }
    }

    #[test]
    fn the_internet_is_reached_up_to_the_last_address_before_a_range() {
        for peer in [
            "1.0.0.0",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "2a00::1",
            "2003::",
        ] {
            assert!(permits_nothing_extra(peer), "{peer}");
        }
    }

    #[test]
    fn allowed_beats_denied_for_exactly_that_address() {
        let allowed = [Ipv4Addr::new(10, 77, 0, 5)];
        assert!(permits(&allowed, "10.77.0.5".parse().unwrap()));
        assert!(!permits(&allowed, "10.77.0.6".parse().unwrap()));
        assert!(!permits(&allowed, "::ffff:10.77.0.5".parse().unwrap()), "coturn compares families apart");
    }
}
