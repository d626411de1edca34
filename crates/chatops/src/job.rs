//! An order that is being carried out.

use broker_api::Refusal;
use chat::{EventId, RoomId, Thread, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ask::Answer, command::Command, step::StepId};

/// Who ordered, where and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    pub(crate) tenant: String,
    pub(crate) room: RoomId,
    pub(crate) event: EventId,
    /// First message of the thread.
    pub(crate) root: EventId,
    pub(crate) sender: UserId,
    pub(crate) power: i64,
    pub(crate) heard: Timestamp,
}

impl Order {
    /// Where answers belong.
    pub(crate) fn thread(&self) -> Thread {
        Thread { root: self.root.clone(), answers: self.event.clone() }
    }
}

/// What is waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Stage {
    /// The core's broker, whether this account is active: the sender's, or that of a second person.
    Vetting { whom: UserId },
    /// The homeserver, with the question to the person.
    Prompting,
    /// The person's reaction.
    Waiting,
    /// The list of open tokens, for the quota.
    Counting,
    /// The ledger.
    Recording,
    /// The tenant's broker.
    Asking,
    /// The time to ask again.
    Pausing { until: Timestamp },
    /// A message to the sender alone.
    Telling,
    /// The end of a token that could not be handed over.
    Undoing,
    /// Records of the ledger.
    Recalling,
}

/// An order that is being carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Job {
    pub(crate) order: Order,
    pub(crate) command: Command,
    pub(crate) stage: Stage,
    /// What is waited for, where it is a step.
    pub(crate) step: Option<StepId>,
    /// Who said yes: the sender, or the second person.
    pub(crate) confirmed: Option<UserId>,
    /// The question that reactions are about.
    pub(crate) prompt: Option<EventId>,
    /// How long the question stands.
    pub(crate) until: Option<Timestamp>,
    /// Whether the order is in the ledger.
    pub(crate) recorded: bool,
    /// The step that tells the sender, so that telling twice is one message.
    pub(crate) letter: Option<StepId>,
    /// Since when the broker gives no answer.
    pub(crate) silent_since: Option<Timestamp>,
    pub(crate) tries: u32,
    /// What the broker said so far. May be secret, so it is not kept: after a restart it is asked again.
    #[serde(skip)]
    pub(crate) results: Vec<Result<Answer, Refusal>>,
}

impl Job {
    pub(crate) fn new(order: Order, command: Command) -> Self {
        let stage = Stage::Vetting { whom: order.sender.clone() };
        Self {
            order,
            command,
            stage,
            step: None,
            confirmed: None,
            prompt: None,
            until: None,
            recorded: false,
            letter: None,
            silent_since: None,
            tries: 0,
            results: Vec::new(),
        }
    }

    /// Whether the broker may be acting on it while nobody listens.
    pub(crate) fn may_have_acted(&self) -> bool {
        matches!(self.stage, Stage::Asking)
    }

    /// Whether it waits for people.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Prompting | Stage::Waiting)
    }
}
