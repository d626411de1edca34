//! Orders that were understood.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// An order. Everything in it has its right form; whether the things exist, the broker knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "fields are the arguments and options of the same names")]
pub enum Command {
    /// Issues a token.
    TokenGenerate {
        recipient: Option<String>,
        /// Seconds; none for the fleet's default.
        ttl: Option<u64>,
        uses: u32,
        note: Option<String>,
        staff: bool,
    },
    /// Lists tokens.
    TokenList { all: bool },
    /// Shows one token.
    TokenShow { id: String },
    /// Makes tokens valid for longer, `ttl` seconds from now.
    TokenExtend { ids: Vec<String>, ttl: u64 },
    /// Ends tokens.
    TokenRevoke { ids: Vec<String> },
    /// Lists guests.
    GuestList { all: bool },
    /// Shows one guest.
    GuestShow { user: String },
    /// Stops guests for a while.
    GuestLock { users: Vec<String> },
    /// Lets locked guests in again.
    GuestUnlock { users: Vec<String> },
    /// Ends accounts.
    GuestDeactivate { users: Vec<String> },
    /// Brings a guest back.
    GuestReactivate { user: String, ttl: Option<u64> },
    /// Makes a room.
    RoomCreate { name: String },
    /// Invites a guest into a room.
    RoomInvite { room: String, user: String },
    /// Lists rooms.
    RoomList,
    /// Shows the ledger.
    Audit { since: Since },
    /// Shows how closed the guests' server is.
    Status,
    /// Shows what the person may do.
    Whoami,
    /// Explains all commands, some or one.
    Help { topic: Option<String> },
}

/// The beginning of a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Since {
    /// So many seconds ago.
    Ago(u64),
    /// A moment.
    At(Timestamp),
}

impl Since {
    /// The moment, seen from `now`.
    pub fn moment(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(moment) => moment,
            Self::Ago(seconds) => {
                let back = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
                now.checked_sub(back).unwrap_or(Timestamp::MIN)
            }
        }
    }
}

impl Command {
    /// Its words, without arguments.
    pub fn name(&self) -> &'static str {
        match self {
            Self::TokenGenerate { .. } => "token generate",
            Self::TokenList { .. } => "token list",
            Self::TokenShow { .. } => "token show",
            Self::TokenExtend { .. } => "token extend",
            Self::TokenRevoke { .. } => "token revoke",
            Self::GuestList { .. } => "guest list",
            Self::GuestShow { .. } => "guest show",
            Self::GuestLock { .. } => "guest lock",
            Self::GuestUnlock { .. } => "guest unlock",
            Self::GuestDeactivate { .. } => "guest deactivate",
            Self::GuestReactivate { .. } => "guest reactivate",
            Self::RoomCreate { .. } => "room create",
            Self::RoomInvite { .. } => "room invite",
            Self::RoomList => "room list",
            Self::Audit { .. } => "audit",
            Self::Status => "status",
            Self::Whoami => "whoami",
            Self::Help { .. } => "help",
        }
    }

    /// The tokens, guests or rooms that it names.
    pub fn subjects(&self) -> Vec<String> {
        match self {
            Self::TokenShow { id } => vec![id.clone()],
            Self::TokenExtend { ids, .. } | Self::TokenRevoke { ids } => ids.clone(),
            Self::GuestShow { user } | Self::GuestReactivate { user, .. } => vec![user.clone()],
            Self::GuestLock { users } | Self::GuestUnlock { users } | Self::GuestDeactivate { users } => {
                users.clone()
            }
            Self::RoomCreate { name } => vec![name.clone()],
            Self::RoomInvite { room, user } => vec![room.clone(), user.clone()],
            _ => Vec::new(),
        }
    }

    /// Whether it changes something, so that it is written down first.
    pub fn changes(&self) -> bool {
        !matches!(
            self,
            Self::TokenList { .. }
                | Self::TokenShow { .. }
                | Self::GuestList { .. }
                | Self::GuestShow { .. }
                | Self::RoomList
                | Self::Audit { .. }
                | Self::Status
                | Self::Whoami
                | Self::Help { .. }
        )
    }

    /// Whether it takes something from people, or changes many things at once: then it asks first.
    pub fn asks_first(&self) -> bool {
        match self {
            Self::TokenRevoke { .. } | Self::GuestLock { .. } | Self::GuestDeactivate { .. } => true,
            Self::TokenExtend { ids: many, .. } | Self::GuestUnlock { users: many } => many.len() > 1,
            Self::TokenGenerate { uses, .. } => *uses > 1,
            _ => false,
        }
    }

    /// Whether it lets somebody in: what a second person must agree to where the fleet wants that. Taking away stays
    /// quick.
    pub fn lets_in(&self) -> bool {
        matches!(
            self,
            Self::TokenGenerate { .. }
                | Self::TokenExtend { .. }
                | Self::GuestUnlock { .. }
                | Self::GuestReactivate { .. }
                | Self::RoomInvite { .. }
        )
    }

    /// Whether asking the broker twice ends as asking once: the same key gives the same token, what is locked stays
    /// locked, a newer link replaces an older one. A room that was made cannot be made again, so the second answer would
    /// be a lie about the first.
    pub fn may_be_repeated(&self) -> bool {
        !matches!(self, Self::RoomCreate { .. } | Self::RoomInvite { .. })
    }
}
