//! Layer 4: what a bot hears and says in rooms, and the port behind which a Matrix client stands. No I/O.
//!
//! | file | duty |
//! |---|---|
//! | `id` | names of rooms, events and people |
//! | `incoming` | what is heard: messages and reactions |
//! | `outgoing` | what is said: text in two forms, and where |
//! | `port` | the trait that an adapter implements, and every way in which it can fail |
//! | `fake` | rooms in memory (feature `fake`), for tests |
//!
//! Nothing here knows Matrix's JSON; the words are those of the specification (client-server API 1.15: `m.room.message`,
//! `m.reaction`, threads, mentions).

#[cfg(feature = "fake")]
pub mod fake;
mod id;
mod incoming;
mod outgoing;
mod port;

pub use id::{EventId, RoomId, UserId};
pub use incoming::{Form, Incoming, Message, Reaction};
pub use outgoing::{Content, Thread, TransactionId};
pub use port::{Chat, ChatError};
