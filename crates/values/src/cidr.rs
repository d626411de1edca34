//! An address with a prefix length.

use std::{fmt, net::IpAddr, str::FromStr};

use ipnet::IpNet;
use options::{OptionType, Type};
use serde::{Deserialize, Serialize};

use crate::ValueError;

/// `192.168.10.2/24`: an address and the network it is in. Host bits are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cidr(IpNet);

impl Cidr {
    /// `10.77.0.0/16`, the network of the tunnel unless the manifest says otherwise.
    pub const TUNNEL: Self =
        Self(IpNet::V4(ipnet::Ipv4Net::new_assert(std::net::Ipv4Addr::new(10, 77, 0, 0), 16)));

    /// An address with the prefix length of a single host.
    pub fn host(address: IpAddr) -> Self {
        Self(IpNet::from(address))
    }

    /// The address as written, host bits included.
    pub fn address(&self) -> IpAddr {
        self.0.addr()
    }

    /// The network, host bits cleared.
    #[must_use]
    pub fn network(&self) -> Self {
        Self(self.0.trunc())
    }

    /// The prefix length.
    pub fn prefix_len(&self) -> u8 {
        self.0.prefix_len()
    }

    /// Whether the two networks share an address.
    pub fn overlaps(&self, other: &Self) -> bool {
        let (a, b) = (self.0.trunc(), other.0.trunc());
        a.contains(&b) || b.contains(&a)
    }

    /// Whether the network contains the address.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }

    /// The address at `index` after the network address, when it lies inside and the network is IPv4.
    pub fn nth_v4(&self, index: u32) -> Option<std::net::Ipv4Addr> {
        let IpNet::V4(net) = self.0.trunc() else { return None };
        let address = std::net::Ipv4Addr::from(u32::from(net.network()).checked_add(index)?);
        (net.contains(&address) && address != net.broadcast()).then_some(address)
    }
}

impl From<Cidr> for IpNet {
    fn from(cidr: Cidr) -> Self {
        cidr.0
    }
}

impl FromStr for Cidr {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let bad = || ValueError::form(text, "an address with a prefix length");
        let net: IpNet = text.parse().map_err(|_| bad())?;
        // ipnet takes leading zeros, which other readers take for octal numbers; IPv4 has one spelling.
        let has_one_spelling = net.addr().is_ipv6() || net.to_string() == text;
        has_one_spelling.then_some(Self(net)).ok_or_else(bad)
    }
}

impl TryFrom<String> for Cidr {
    type Error = ValueError;

    fn try_from(text: String) -> Result<Self, ValueError> {
        text.parse()
    }
}

impl From<Cidr> for String {
    fn from(value: Cidr) -> String {
        value.to_string()
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl OptionType for Cidr {
    fn option_type() -> Type {
        Type::Cidr
    }
}

#[cfg(test)]
mod tests {
    use super::Cidr;

    fn c(text: &str) -> Cidr {
        text.parse().unwrap()
    }

    #[test]
    fn keeps_the_host_bits_and_clears_them_on_request() {
        assert_eq!(c("192.168.10.2/24").to_string(), "192.168.10.2/24");
        assert_eq!(c("192.168.10.2/24").network().to_string(), "192.168.10.0/24");
    }

    #[test]
    fn overlap_is_symmetric_and_ignores_families() {
        assert!(c("10.0.0.0/8").overlaps(&c("10.77.1.0/24")));
        assert!(c("10.77.1.0/24").overlaps(&c("10.0.0.0/8")));
        assert!(!c("10.0.0.0/8").overlaps(&c("fd00::/8")));
        assert!(!c("10.0.0.0/24").overlaps(&c("10.0.1.0/24")));
    }

    #[test]
    fn counts_addresses_and_stops_at_the_edge() {
        assert_eq!(c("10.77.0.0/16").nth_v4(257).unwrap().to_string(), "10.77.1.1");
        assert_eq!(c("10.77.0.0/24").nth_v4(255), None);
        assert_eq!(c("fd00::/8").nth_v4(1), None);
    }

    #[test]
    fn refuses_what_is_no_cidr() {
        for bad in
            ["", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "x/8", "10.0.0.0/8 ", "010.0.0.0/8", "10.0.0.0/08"]
        {
            assert!(bad.parse::<Cidr>().is_err(), "{bad}");
        }
    }
}
