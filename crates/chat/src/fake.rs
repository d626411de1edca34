//! Rooms in memory: what is to be heard is put in, what was said is looked at. A stand-in for tests; it knows no
//! membership and no power, which events carry with them.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{Chat, ChatError, Content, EventId, Incoming, RoomId, Thread, TransactionId, UserId};

/// Something that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// In a room.
    Said {
        /// Where.
        room: RoomId,
        /// In which thread.
        thread: Option<Thread>,
        /// What.
        content: Content,
    },
    /// A sign under an event.
    Reacted {
        /// Where.
        room: RoomId,
        /// Under which event.
        target: EventId,
        /// Which sign.
        key: String,
    },
    /// To one person.
    Told {
        /// To whom.
        user: UserId,
        /// What.
        content: Content,
    },
}

#[derive(Debug, Default)]
struct Inner {
    incoming: VecDeque<Incoming>,
    sent: Vec<(EventId, Sent)>,
    seen: BTreeMap<TransactionId, EventId>,
    failures: VecDeque<ChatError>,
}

/// Rooms in memory.
#[derive(Debug, Default)]
pub struct FakeChat(Mutex<Inner>);

impl FakeChat {
    /// Nothing to hear, nothing said.
    pub fn new() -> Self {
        Self::default()
    }

    /// Will be heard after what was put in before.
    pub fn will_hear(&self, incoming: Incoming) {
        self.lock().incoming.push_back(incoming);
    }

    /// The next attempt to speak fails so.
    pub fn will_fail(&self, error: ChatError) {
        self.lock().failures.push_back(error);
    }

    /// Everything that was said, in order, with the event that it became.
    pub fn sent(&self) -> Vec<(EventId, Sent)> {
        self.lock().sent.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, id: &TransactionId, sent: Sent) -> Result<EventId, ChatError> {
        let mut inner = self.lock();
        if let Some(error) = inner.failures.pop_front() {
            return Err(error);
        }
        if let Some(event) = inner.seen.get(id) {
            return Ok(event.clone());
        }
        let event = EventId::new(format!("$sent-{}", inner.sent.len()));
        inner.seen.insert(id.clone(), event.clone());
        inner.sent.push((event.clone(), sent));
        Ok(event)
    }
}

impl Chat for FakeChat {
    async fn next(&self) -> Option<Incoming> {
        self.lock().incoming.pop_front()
    }

    async fn say(
        &self,
        room: &RoomId,
        thread: Option<&Thread>,
        content: &Content,
        id: &TransactionId,
    ) -> Result<EventId, ChatError> {
        let said = Sent::Said { room: room.clone(), thread: thread.cloned(), content: content.clone() };
        self.send(id, said)
    }

    async fn react(
        &self,
        room: &RoomId,
        target: &EventId,
        key: &str,
        id: &TransactionId,
    ) -> Result<EventId, ChatError> {
        self.send(id, Sent::Reacted { room: room.clone(), target: target.clone(), key: key.to_owned() })
    }

    async fn tell(&self, user: &UserId, content: &Content, id: &TransactionId) -> Result<EventId, ChatError> {
        self.send(id, Sent::Told { user: user.clone(), content: content.clone() })
    }
}

#[cfg(test)]
mod tests {
    use std::{future::Future, pin::pin, task::Context, task::Poll, task::Waker};

    use super::*;

    /// The fake never waits.
    fn now<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("the fake waits"),
        }
    }

    #[test]
    fn the_same_transaction_is_said_once_and_a_failure_not_at_all() {
        let chat = FakeChat::new();
        let (user, content) = (UserId::new("@a:b"), Content::default());
        let tell = |id: &str| now(chat.tell(&user, &content, &TransactionId::new(id)));
        chat.will_fail(ChatError::Unreachable);
        assert_eq!(tell("1"), Err(ChatError::Unreachable));
        let first = tell("1").unwrap();
        assert_eq!(tell("1").unwrap(), first);
        assert_ne!(tell("2").unwrap(), first);
        assert_eq!(chat.sent().len(), 2);
        assert_eq!(now(chat.next()), None);
    }

    #[test]
    fn a_user_has_two_halves() {
        for (id, local) in [("@anna:a.b:8448", "anna"), ("@anna", "anna"), ("anna", "anna"), ("@:x", "")] {
            assert_eq!(UserId::new(id).localpart(), local);
        }
    }
}
