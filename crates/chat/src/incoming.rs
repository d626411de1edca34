//! What is heard.

use jiff::Timestamp;

use crate::{EventId, RoomId, UserId};

/// Something that somebody did in a room that the bot is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incoming {
    /// `m.room.message`.
    Message(Message),
    /// `m.reaction`.
    Reaction(Reaction),
}

/// What kind of message it is (`msgtype`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `m.text`: a person wrote it.
    Text,
    /// `m.notice`: a program wrote it; programs must not answer it.
    Notice,
    /// Any other.
    Other,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Where.
    pub room: RoomId,
    /// Its own name.
    pub event: EventId,
    /// Who.
    pub sender: UserId,
    /// When, as the sender's homeserver says (`origin_server_ts`).
    pub time: Timestamp,
    /// What kind.
    pub form: Form,
    /// `body`.
    pub body: String,
    /// `formatted_body`, when its format is HTML.
    pub html: Option<String>,
    /// Who is meant (`m.mentions.user_ids`).
    pub mentions: Vec<UserId>,
    /// Root of the thread that it stands in.
    pub thread: Option<EventId>,
    /// Whether it replaces another message (`m.replace`).
    pub edit: bool,
    /// Power level of the sender in the room; a room's creator has the greatest number where power is without end (room
    /// version 12). None when the sender is not joined or the level is not known, which must be taken for no power at all.
    pub power: Option<i64>,
}

impl Message {
    /// Root of the thread in which it is answered: the message itself begins one where it stands in none.
    pub fn root(&self) -> &EventId {
        self.thread.as_ref().unwrap_or(&self.event)
    }
}

/// A reaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// Where.
    pub room: RoomId,
    /// Its own name.
    pub event: EventId,
    /// Who.
    pub sender: UserId,
    /// When, as the sender's homeserver says.
    pub time: Timestamp,
    /// The event that it is about.
    pub target: EventId,
    /// The sign, as it was sent: perhaps with a variation selector.
    pub key: String,
    /// As in [`Message::power`].
    pub power: Option<i64>,
}

impl Incoming {
    /// Where it happened.
    pub fn room(&self) -> &RoomId {
        match self {
            Self::Message(message) => &message.room,
            Self::Reaction(reaction) => &reaction.room,
        }
    }
}
