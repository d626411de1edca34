//! `[tenant.<name>]`: an organisation whose guests have a DMZ server.

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::{Colour, Domain, RoomName, Url, UserId};

/// Which calls guests can make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "kebab-case")]
pub enum GuestCalls {
    /// On the fleet's foci.
    Fleet,
    /// None.
    None,
}

/// How guests' and staff's servers are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "kebab-case")]
pub enum TenantLink {
    /// Not at all: staff take part with an account on the DMZ server.
    None,
    /// Federation between exactly these two servers.
    ClosedFederation,
}

/// How far guest and internal machines are apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "kebab-case")]
pub enum Separation {
    /// Virtual machines; sharing a hypervisor is a warning.
    Vm,
    /// Hypervisors of their own; sharing one is an error.
    Hardware,
}

/// An organisation whose guests have a DMZ server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[describe(set = "tenant")]
pub struct Tenant {
    /// Domain of the tenant: server name, client API and `/register` of its DMZ server.
    #[option(example = "partners.meridian.example")]
    pub domain: Domain,
    /// Name for people.
    #[option(example = "Partners of Meridian")]
    pub title: String,
    /// Rooms that are made at bootstrap and joined by every new account.
    #[option(default = Vec::new(), example = ["welcome"])]
    pub rooms: Vec<RoomName>,
    /// Accounts of the fleet that are invited to the room in which the tenant's guests are managed by chat, with the power
    /// to invite others.
    #[option(default = Vec::new(), example = ["@anna:meridian.example"])]
    pub staff: Vec<UserId>,
    /// Colour of the buttons of the enrolment page. The text on them is black or white, whichever can be read.
    #[option(example = "#8f2d56")]
    pub colour: Option<Colour>,
    /// Terms that a guest must agree to.
    #[option(example = "https://meridian.example/terms")]
    pub terms: Option<Url>,
    /// Where guests get a chat program; the enrolment page links to each.
    #[option(default = Vec::new(), example = ["https://element.io/download"])]
    pub clients: Vec<Url>,
    /// Whether guests may create rooms.
    #[option(default = false)]
    pub guests_may_create_rooms: bool,
    /// Which calls guests can make.
    #[option(default = GuestCalls::Fleet, example = "none")]
    pub calls: GuestCalls,
    /// How guests' and staff's servers are joined.
    #[option(default = TenantLink::None, example = "closed-federation")]
    pub link: TenantLink,
    /// How far guest and internal machines are apart.
    #[option(default = Separation::Vm, example = "hardware")]
    pub separation: Separation,
}

impl Tenant {
    /// Whether guests' and staff's servers federate with each other.
    pub fn is_linked(&self) -> bool {
        self.link == TenantLink::ClosedFederation
    }
}
