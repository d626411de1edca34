//! Who the client is: what a trusted proxy says, else what the socket says.

use std::{io::Write as _, net::IpAddr};

use daemon::client;
pub(crate) use daemon::client::FORWARDED_FOR;
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{HOST, InvalidHeaderValue},
};

use crate::gate;

pub(crate) const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
pub(crate) const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// What the homeserver is told about the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Forwarded {
    /// The client's address.
    pub(crate) client: IpAddr,
    /// `http` or `https`: how the client reached the fleet.
    proto: &'static str,
    /// The host that the client asked for.
    host: Option<HeaderValue>,
}

impl Forwarded {
    /// Headers of a request are believed only when `peer` is in one of the `trusted` proxies.
    pub(crate) fn read(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> Self {
        let peer = peer.to_canonical();
        let asked = headers.get(HOST).cloned();
        if !client::is_trusted(trusted, peer) {
            return Self { client: peer, proto: "http", host: asked };
        }
        let https = headers.get(FORWARDED_PROTO).is_some_and(|proto| proto.as_bytes() == b"https");
        let named = headers.get(FORWARDED_HOST).filter(|host| gate::is_host(host.as_bytes())).cloned();
        Self {
            client: client::address(peer, headers, trusted),
            proto: if https { "https" } else { "http" },
            host: named.or(asked),
        }
    }

    /// Writes the three headers, each once.
    pub(crate) fn write(self, headers: &mut HeaderMap) -> Result<(), InvalidHeaderValue> {
        headers.insert(FORWARDED_FOR, text(self.client)?);
        headers.insert(FORWARDED_PROTO, HeaderValue::from_static(self.proto));
        if let Some(host) = self.host {
            headers.insert(FORWARDED_HOST, host);
        }
        Ok(())
    }
}

/// Longest text of an address: IPv6 with an IPv4 address at its end (RFC 4291 §2.2).
const LONGEST: usize = 45;

/// An address as a header says it.
fn text(address: IpAddr) -> Result<HeaderValue, InvalidHeaderValue> {
    let mut buffer = [0; LONGEST];
    let mut rest = buffer.as_mut_slice();
    // It fits, so writing does not fail.
    let _ = write!(rest, "{address}");
    let length = LONGEST - rest.len();
    HeaderValue::from_bytes(&buffer[..length])
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::Forwarded;
    use http::HeaderMap;

    fn seen(peer: &str, lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let trusted: Vec<IpAddr> =
            ["10.77.0.2", "127.0.0.1"].iter().map(|proxy| proxy.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        headers.insert("host", "matrix.x.org".parse().unwrap());
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        let mut out = HeaderMap::new();
        Forwarded::read(peer.parse::<IpAddr>().unwrap(), &headers, &trusted).write(&mut out).unwrap();
        out
    }

    fn client(peer: &str, lines: &[&'static str]) -> String {
        let lines: Vec<_> = lines.iter().map(|line| ("x-forwarded-for", *line)).collect();
        seen(peer, &lines)["x-forwarded-for"].to_str().unwrap().to_owned()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        let lines = [
            ("x-forwarded-for", "1.2.3.4"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "evil.org"),
        ];
        let out = seen("10.77.0.3", &lines);
        assert_eq!(out["x-forwarded-for"], "10.77.0.3");
        assert_eq!(out["x-forwarded-proto"], "http");
        assert_eq!(out["x-forwarded-host"], "matrix.x.org");
    }

    #[test]
    fn a_trusted_proxy_is_believed() {
        let lines = [
            ("x-forwarded-for", "198.51.100.7"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "x.org"),
        ];
        let out = seen("10.77.0.2", &lines);
        assert_eq!(out["x-forwarded-for"], "198.51.100.7");
        assert_eq!(out["x-forwarded-proto"], "https");
        assert_eq!(out["x-forwarded-host"], "x.org");
    }

    #[test]
    fn only_what_trusted_proxies_wrote_counts() {
        assert_eq!(client("10.77.0.2", &["6.6.6.6, 198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("10.77.0.2", &["6.6.6.6", "198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("127.0.0.1", &["6.6.6.6, 198.51.100.7, 10.77.0.2"]), "198.51.100.7");
        assert_eq!(client("10.77.0.2", &["6.6.6.6, junk, 10.77.0.2"]), "10.77.0.2");
        assert_eq!(client("10.77.0.2", &["junk"]), "10.77.0.2");
        assert_eq!(client("10.77.0.2", &[]), "10.77.0.2");
    }

    #[test]
    fn addresses_have_one_spelling() {
        let longest = "1111:2222:3333:4444:5555:6666:7777:8888";
        assert_eq!(client("10.77.0.2", &[longest]), longest);
        assert_eq!(client("::ffff:10.77.0.2", &["::ffff:198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("10.77.0.2", &["[2001:DB8::1]:55"]), "2001:db8::1");
    }

    #[test]
    fn nonsense_about_protocol_and_host_is_dropped() {
        let out = seen("10.77.0.2", &[("x-forwarded-proto", "gopher"), ("x-forwarded-host", "a b")]);
        assert_eq!(
            (&out["x-forwarded-proto"], &out["x-forwarded-host"]),
            (&"http".parse().unwrap(), &"matrix.x.org".parse().unwrap())
        );
    }
}
