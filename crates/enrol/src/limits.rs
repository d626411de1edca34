//! How often one address and one token may try. In memory, bounded, forgotten when it is over.

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use http::HeaderMap;
use sha2::{Digest as _, Sha256};

/// So many keys are remembered before those that are over are looked for.
const KEYS: usize = 4096;

/// Limits for addresses and tokens.
pub(crate) struct Limits {
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    tokens: DefaultKeyedRateLimiter<[u8; 32]>,
}

impl Limits {
    pub(crate) fn new(address_per_minute: u32, token_per_minute: u32) -> Self {
        let rate = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let addresses = Quota::per_minute(rate(address_per_minute)).allow_burst(rate(address_per_minute / 2));
        let tokens = Quota::per_minute(rate(token_per_minute));
        Self { addresses: RateLimiter::keyed(addresses), tokens: RateLimiter::keyed(tokens) }
    }

    /// Whether this address may go on.
    pub(crate) fn address(&self, headers: &HeaderMap) -> bool {
        allowed(&self.addresses, &network(client(headers)))
    }

    /// Whether this token may be tried once more. It is remembered by its hash.
    pub(crate) fn token(&self, token: &str) -> bool {
        allowed(&self.tokens, &Sha256::digest(token).into())
    }
}

fn allowed<K: Hash + Eq + Clone>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> bool {
    if limiter.len() > KEYS {
        limiter.retain_recent();
        limiter.shrink_to_fit();
    }
    limiter.check_key(key).is_ok()
}

/// The address that Traefik saw: the last of `X-Forwarded-For`. Whatever a client wrote there comes before it. Only Traefik
/// reaches this program, which listens on loopback.
fn client(headers: &HeaderMap) -> IpAddr {
    let last = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    last.and_then(|list| list.rsplit(',').next())
        .and_then(|address| address.trim().parse().ok())
        .unwrap_or(IpAddr::V6(Ipv6Addr::LOCALHOST))
}

/// With IPv6 one customer has a /64 at least.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(addresses: &str) -> HeaderMap {
        HeaderMap::from_iter([(http::HeaderName::from_static("x-forwarded-for"), addresses.parse().unwrap())])
    }

    #[test]
    fn an_address_is_the_one_that_the_proxy_saw() {
        let limits = Limits::new(4, 100);
        let spoofed = |n: u32| from(&format!("10.0.0.{n}, 203.0.113.7"));
        assert!(limits.address(&spoofed(1)) && limits.address(&spoofed(2)));
        assert!(!limits.address(&spoofed(3)));
        assert!(limits.address(&from("203.0.113.8")));
    }

    #[test]
    fn a_network_is_one_client() {
        let limits = Limits::new(2, 100);
        assert!(limits.address(&from("2001:db8:1:2::1")));
        assert!(!limits.address(&from("2001:db8:1:2:ffff::9")));
        assert!(limits.address(&from("2001:db8:1:3::1")));
    }

    #[test]
    fn a_token_is_tried_so_often() {
        let limits = Limits::new(1000, 3);
        assert_eq!((0..5).filter(|_| limits.token("t")).count(), 3);
        assert!(limits.token("u"));
    }
}
