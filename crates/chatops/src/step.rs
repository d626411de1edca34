//! What the adapter is asked to do, and what it says afterwards.

use broker_api::Refusal;
use chat::{Content, EventId, RoomId, Thread, TransactionId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    ask::{Answer, Ask, Broker},
    entry::{Entry, Recorded},
};

/// Name of a step: never used twice, also across restarts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepId(pub(crate) i64);

impl StepId {
    /// Under which the homeserver knows what this step says.
    pub fn transaction(self) -> TransactionId {
        TransactionId::new(format!("rampart-{}", self.0))
    }
}

/// Something to do. Whatever comes of it is brought to [`Desk::heard_back`](crate::Desk::heard_back), once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub id: StepId,
    /// What to do.
    pub deed: Deed,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Ask a broker, once, with a deadline of the adapter's own. Trying again is decided here.
    Ask {
        /// Which.
        broker: Broker,
        /// What.
        ask: Ask,
    },
    /// Say or react in a room. While the homeserver is away the adapter tries on, with back-off.
    Post(Post),
    /// Say something to one person alone. Secret: not to be stored or logged. Tried on for a minute at most.
    Tell {
        /// To whom.
        user: UserId,
        /// What.
        content: Content,
    },
    /// Write a record into the bot's ledger, on the disk before it is heard back of.
    Record(Entry),
    /// Read the newest records of one tenant back.
    Recall {
        /// The tenant's name.
        tenant: String,
        /// None that is older.
        since: Timestamp,
        /// At most so many.
        most: usize,
    },
}

/// What everybody in a room sees. Never a token or an address of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Post {
    /// A notice.
    Say {
        /// Where.
        room: RoomId,
        /// In which thread; none for what nobody asked for.
        thread: Option<Thread>,
        /// What.
        content: Content,
    },
    /// A reaction.
    React {
        /// Where.
        room: RoomId,
        /// Under what.
        target: EventId,
        /// Which sign.
        key: String,
    },
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The broker answered.
    Answered(Box<Answer>),
    /// The broker refused.
    Refused(Refusal),
    /// The broker gave no answer that can be read.
    Silent {
        /// Whether the question may have arrived.
        may_have_acted: bool,
    },
    /// It was said, and became this event.
    Sent(EventId),
    /// It was not said and will not be.
    Unsent,
    /// It is in the ledger.
    Written,
    /// The ledger cannot be written or read.
    LedgerFailed,
    /// The records, oldest first.
    Recalled(Vec<Recorded>),
}
