//! What can happen. Each event is one record of the ledger; the book is what they add up to.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::secret::Digest;

/// An event, and the kind of its record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "entry", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Event {
    /// A token is about to be made. Nobody has it yet.
    TokenWanted(Issue),
    /// The homeserver has it, and whoever asked gets it.
    TokenCreated(TokenName),
    /// The homeserver does not have it, or it never left and was taken back.
    TokenDropped(TokenName),
    /// It is valid until then.
    TokenExtended { hash: Digest, by: String, expires: Timestamp },
    /// Nobody can use it any more.
    TokenRevoked { hash: Digest, by: String },
    /// The homeserver had lost a use that made no account; it was put back.
    TokenRestored { hash: Digest, uses: u32 },
    /// One use is reserved for one name.
    RedeemBegun { redemption: String, hash: Digest, user: String },
    /// The account is there.
    RedeemMade { redemption: String, hash: Digest, user: String, found_by: FoundBy },
    /// There is no account; the use is free again.
    RedeemFreed { redemption: String, hash: Digest, user: String, found_by: FoundBy },
    /// The account is stopped for a while, or not any more.
    GuestLocked { user: String, by: String, locked: bool },
    /// The account is about to end.
    DeactivateBegun { user: String, by: String },
    /// It has ended, and that was looked at.
    Deactivated { user: String, by: String, sessions: u32, rooms: u32 },
    /// A password link was issued.
    LinkCreated { hash: Digest, user: String, by: String, expires: Timestamp },
    /// Nobody can use the open link of this account any more.
    LinkRevoked { user: String, by: String },
    /// It is being used.
    LinkBegun { hash: Digest },
    /// It was used: the account is back with another password.
    LinkUsed { hash: Digest, user: String },
    /// A room was made.
    RoomCreated { room: String, alias: String, by: String, joined_by_all: bool },
    /// Somebody was invited.
    RoomInvited { room: String, user: String, by: String },
    /// The spare sentinel was made. Its value is forgotten.
    SpareCreated { hash: Digest },
    /// A call that changed nothing, or was refused.
    Call(Call),
    /// How closed the server is; written when it changes, and once an hour with the number of equal answers before.
    Status { status: Value, repeated: u64 },
}

/// Who saw how a redemption ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FoundBy {
    /// The page came back.
    Page,
    /// It did not; the broker looked.
    Recovery,
}

/// A token by its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenName {
    pub(crate) hash: Digest,
}

/// What is known of a token from the start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Issue {
    pub(crate) hash: Digest,
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) by: String,
    pub(crate) room: String,
    pub(crate) recipient: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) staff: bool,
    pub(crate) uses: u32,
    pub(crate) expires: Timestamp,
}

/// A call, without what it carried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Call {
    pub(crate) verb: String,
    /// `ok`, or the code of the refusal.
    pub(crate) outcome: String,
    /// Whom or what it was about, where that is no secret.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) about: Option<String>,
}

impl Event {
    /// The event of a record; `None` for records of the ledger itself.
    pub(crate) fn of(record: &ledger::Record) -> serde_json::Result<Option<Self>> {
        if [ledger::CHECKPOINT, ledger::RECOVERED].contains(&record.kind.as_str()) {
            return Ok(None);
        }
        serde_json::from_value(serde_json::json!({ "kind": record.kind, "entry": record.entry })).map(Some)
    }
}
