//! The port.

use std::{future::Future, time::Duration};

use crate::{Content, EventId, Incoming, RoomId, Thread, TransactionId, UserId};

/// Rooms that can be heard and spoken into.
///
/// Each way of speaking may be called again with the same transaction id and then changes nothing.
pub trait Chat: Sync {
    /// The next thing that happened, in order, each at least once: what was heard before a crash may be heard again.
    /// None when there will be no more.
    fn next(&self) -> impl Future<Output = Option<Incoming>> + Send;

    /// Says something in a room, in a thread if one is given.
    fn say(
        &self,
        room: &RoomId,
        thread: Option<&Thread>,
        content: &Content,
        id: &TransactionId,
    ) -> impl Future<Output = Result<EventId, ChatError>> + Send;

    /// Reacts to an event.
    fn react(
        &self,
        room: &RoomId,
        target: &EventId,
        key: &str,
        id: &TransactionId,
    ) -> impl Future<Output = Result<EventId, ChatError>> + Send;

    /// Says something to one person, in a direct room with nobody else in it, which is made without encryption if there is
    /// none. Fails rather than speak where a third person could read it.
    fn tell(
        &self,
        user: &UserId,
        content: &Content,
        id: &TransactionId,
    ) -> impl Future<Output = Result<EventId, ChatError>> + Send;
}

/// Why nothing was said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChatError {
    /// Too much was said; after this time it may work.
    #[error("the homeserver asks to wait")]
    RateLimited {
        /// How long, if it said so.
        after: Option<Duration>,
    },
    /// The homeserver gave no answer, or one of a server that is starting or broken (5xx).
    #[error("the homeserver gives no answer")]
    Unreachable,
    /// The bot is not in the room, or may not speak there.
    #[error("the bot may not speak there")]
    Forbidden,
    /// The person cannot be reached alone: did not accept the invitation, or somebody else is in the room.
    #[error("there is no room with this person alone")]
    NotAlone,
    /// The homeserver refused with this code (`errcode`).
    #[error("the homeserver refused: {0}")]
    Refused(String),
}

impl ChatError {
    /// Whether it may work later without anybody doing something.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::Unreachable)
    }
}
