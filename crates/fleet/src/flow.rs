//! One permitted flow of packets.

use std::fmt;

use serde::{Serialize, Serializer};
use values::{Name, PortRange};

/// One end of a flow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// A host of the fleet.
    Host(Name),
    /// The networks from which administrators log in.
    Admins,
    /// Anybody.
    Internet,
}

impl Party {
    /// The word in output.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Host(name) => name.as_str(),
            Self::Admins => "@admins",
            Self::Internet => "@internet",
        }
    }
}

/// Over which network the packets go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Net {
    /// The public interface of the receiving host.
    Public,
    /// The LAN or DMZ segment.
    Lan,
    /// The tunnel.
    Tunnel,
}

/// Transport protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// ICMP echo; ports do not apply.
    Icmp,
}

impl Protocol {
    /// The word in nftables and in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Icmp => "icmp",
        }
    }
}

/// How the packets get there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Passage {
    /// The receiving host accepts them.
    Accept,
    /// The named gateway changes their destination to the receiving host's LAN address.
    Forward(Name),
}

impl Passage {
    /// The word in output, and the gateway.
    pub const fn words(&self) -> (&'static str, Option<&Name>) {
        match self {
            Self::Accept => ("accept", None),
            Self::Forward(gateway) => ("forward", Some(gateway)),
        }
    }
}

/// Seen from one host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The host receives.
    In,
    /// The host sends.
    Out,
    /// The host passes on.
    Through,
}

/// One permitted flow of packets: who opens it, to whom, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flow {
    /// Who opens it.
    pub from: Party,
    /// Who answers.
    pub to: Party,
    /// Over which network it arrives.
    pub net: Net,
    /// Transport protocol.
    pub protocol: Protocol,
    /// Ports of the answering side; 0–0 for ICMP.
    pub ports: PortRange,
    /// How it gets there.
    pub passage: Passage,
    /// Unit that answers, or that asks when the answering side is the internet.
    pub unit: String,
    /// Why it exists.
    pub why: &'static str,
}

impl Flow {
    /// Whether the answering host's end of the tunnel is dialled at its public address.
    pub fn dials_publicly(&self) -> bool {
        self.net == Net::Public && self.unit == "wg-fleet"
    }

    /// What `host` has to do with it.
    pub fn direction(&self, host: &Name) -> Option<Direction> {
        let is = |party: &Party| matches!(party, Party::Host(name) if name == host);
        if is(&self.to) {
            Some(Direction::In)
        } else if is(&self.from) {
            Some(Direction::Out)
        } else if matches!(&self.passage, Passage::Forward(gateway) if gateway == host) {
            Some(Direction::Through)
        } else {
            None
        }
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Party {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Serialize for Flow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;

        let (kind, via) = self.passage.words();
        let mut out = serializer.serialize_struct("Flow", 9)?;
        out.serialize_field("from", &self.from)?;
        out.serialize_field("to", &self.to)?;
        out.serialize_field("net", &self.net)?;
        out.serialize_field("protocol", &self.protocol)?;
        out.serialize_field("ports", &self.ports)?;
        out.serialize_field("kind", kind)?;
        out.serialize_field("via", &via)?;
        out.serialize_field("unit", &self.unit)?;
        out.serialize_field("why", self.why)?;
        out.end()
    }
}
