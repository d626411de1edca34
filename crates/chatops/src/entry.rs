//! Records of the bot's ledger: who ordered what, and what became of it. Tokens are named by id and hash.

use broker_api::{account::Reason, status};
use chat::{EventId, RoomId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A record as it comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// When it was written.
    pub time: Timestamp,
    /// The record.
    pub entry: Entry,
}

/// A record: the tenant that it is about and what happened. Written as `{"tenant", "kind", "entry"}`. After a crash the
/// same one may stand in the ledger twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The tenant's name.
    pub tenant: String,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// Why a token was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// Somebody ordered it.
    Ordered,
    /// Whoever issued it may not give orders any more.
    IssuerInactive,
    /// Its address could not be brought to whoever issued it.
    NotDelivered,
}

/// What is wrong, as far as the room is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// The tenant's broker does not answer, so nothing is known of the guests' server.
    BrokerSilent,
    /// The core's broker does not answer, so nobody can give orders, and what people who have left had issued stays open.
    CoreBrokerSilent,
    /// The bot's ledger cannot be written, so orders that change something are refused.
    LedgerFailed,
    /// What the tenant's broker found.
    #[serde(untagged)]
    Found(status::Alarm),
}

/// What happened. `by` is who ordered it, `id` and `hash` name a token, `event` is the order's message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "entry", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "fields that mean the same in every event are explained once, above")]
pub enum Event {
    /// An order that changes something is about to be carried out.
    Ordered {
        event: EventId,
        by: UserId,
        room: RoomId,
        /// `token generate`, …
        verb: String,
        /// The tokens, guests or rooms that it names.
        subjects: Vec<String>,
        /// The second person.
        approved: Option<UserId>,
    },
    /// An order of somebody who may not give it.
    Refused { event: EventId, by: UserId, room: RoomId, verb: String, why: String },
    /// A token was issued.
    Issued {
        event: EventId,
        by: UserId,
        room: RoomId,
        id: String,
        hash: String,
        /// For whom.
        recipient: Option<String>,
        staff: bool,
        uses: u32,
        expires: Timestamp,
    },
    /// A token is valid for longer.
    Extended { by: UserId, id: String, hash: String, expires: Timestamp },
    /// A token was ended.
    Revoked {
        by: UserId,
        id: String,
        hash: String,
        because: Because,
        /// Who had issued it.
        issuer: String,
        /// Why the issuer may not give orders any more.
        reason: Option<Reason>,
    },
    /// An account was made with a token.
    Redeemed { id: String, hash: String, user: String, time: Timestamp },
    /// A guest was stopped, or not any more.
    Locked { by: UserId, user: String, locked: bool },
    /// A guest's account was ended.
    Deactivated { by: UserId, user: String, sessions: u32, rooms: u32 },
    /// A link that brings a guest back was issued.
    LinkIssued { by: UserId, user: String, expires: Timestamp },
    /// Such a link was ended, because whoever had issued it may not give orders any more.
    LinkRevoked { by: UserId, user: String, issuer: UserId, reason: Option<Reason> },
    /// A room was made.
    RoomCreated { by: UserId, room: String, alias: String },
    /// A guest was invited.
    RoomInvited { by: UserId, room: String, user: String },
    /// Something is wrong.
    AlarmBegan { alarm: Trouble },
    /// It is not any more.
    AlarmEnded { alarm: Trouble },
}
