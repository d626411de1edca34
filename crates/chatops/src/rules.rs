//! What a fleet decides about its bot. `rampart-bot` makes this from its settings.

use std::{collections::BTreeSet, time::Duration};

use chat::{RoomId, UserId};

/// Who may give orders, where and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The bot itself.
    pub me: UserId,
    /// What it is called in rooms besides its Matrix id: its display name.
    pub names: Vec<String>,
    /// What an order begins with, such as `!`.
    pub prefix: String,
    /// The tenants, each with a room of its own: the room is what says which tenant an order is for.
    pub tenants: Vec<Tenant>,
    /// Life of a token or a password link when the order does not say.
    pub default_ttl: Duration,
    /// Whether orders that let somebody in need a second person.
    pub two_persons: bool,
    /// Accounts that one person's open tokens may still make, together; none for no limit.
    pub quota: Option<u32>,
    /// How long a question to a person stands.
    pub patience: Duration,
    /// An order that is older when it is heard is not obeyed. At least a second.
    pub oldest: Duration,
    /// How long a broker that gives no answer is asked again.
    pub persistence: Duration,
    /// Orders of one person in a row.
    pub burst: u32,
    /// Time after which one more is allowed.
    pub refill: Duration,
    /// How often status and open tokens are looked at. Tokens of a person who has left end within this time and the time
    /// that the brokers take.
    pub watch: Duration,
}

/// A tenant and the room in which its orders are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Name in the manifest.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// The restricted room. No two tenants share one.
    pub room: RoomId,
    /// Power level that it takes there.
    pub power: i64,
    /// Who may, besides; none for everybody with that power.
    pub allowed: Option<BTreeSet<UserId>>,
}

impl Rules {
    /// The usual ones: no tenant yet, `!`, no second person, no quota.
    pub fn new(me: UserId) -> Self {
        Self {
            me,
            names: Vec::new(),
            prefix: "!".to_owned(),
            tenants: Vec::new(),
            default_ttl: Duration::from_hours(24),
            two_persons: false,
            quota: None,
            patience: Duration::from_mins(2),
            oldest: Duration::from_mins(5),
            persistence: Duration::from_mins(1),
            burst: 10,
            refill: Duration::from_secs(6),
            watch: Duration::from_secs(30),
        }
    }

    /// The tenant whose room it is.
    pub(crate) fn tenant_of(&self, room: &RoomId) -> Option<&Tenant> {
        self.tenants.iter().find(|tenant| tenant.room == *room)
    }
}
