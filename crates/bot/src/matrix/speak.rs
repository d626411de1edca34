//! The port.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use chat::{Chat, ChatError, Content, EventId, Incoming, RoomId, Thread, TransactionId, UserId};
use matrix_sdk::ruma::{
    OwnedEventId, OwnedRoomId, OwnedTransactionId, OwnedUserId,
    api::client::{
        membership::get_member_events,
        message::send_message_event,
        room::create_room::v3::{Request as CreateRoom, RoomPreset},
    },
    events::{
        Mentions, MessageLikeEventContent,
        reaction::ReactionEventContent,
        relation::{self, Annotation},
        room::{
            member::MembershipState,
            message::{Relation, RoomMessageEventContent},
        },
    },
};
use tokio::sync::mpsc;

use super::{Fault, Link, link::sort, rooms::Levels, sync::Batch};

/// Rooms on a homeserver.
pub(crate) struct Matrix {
    link: Link,
    room_version: String,
    heard: tokio::sync::Mutex<mpsc::Receiver<Result<Batch, Fault>>>,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    events: VecDeque<Incoming>,
    /// Behind the events that are still here.
    upcoming: Option<String>,
    /// Behind everything that was given out.
    position: String,
    direct: BTreeMap<UserId, RoomId>,
    fault: Option<Fault>,
}

impl Matrix {
    /// `first` is what was heard before `heard`.
    pub(crate) fn new(
        link: Link,
        room_version: String,
        direct: BTreeMap<UserId, RoomId>,
        first: Batch,
        heard: mpsc::Receiver<Result<Batch, Fault>>,
    ) -> Self {
        let mut inner = Inner { direct, ..Inner::default() };
        inner.take(first);
        Self { link, room_version, heard: tokio::sync::Mutex::new(heard), inner: Mutex::new(inner) }
    }

    /// The place behind everything that [`Chat::next`] gave out. To be kept together with what came of it.
    pub(crate) fn position(&self) -> String {
        self.inner().position.clone()
    }

    /// Everybody's direct room. To be kept, too.
    pub(crate) fn direct(&self) -> BTreeMap<UserId, RoomId> {
        self.inner().direct.clone()
    }

    /// Why there will be no more events.
    pub(crate) fn fault(&self) -> Option<Fault> {
        self.inner().fault.take()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn send(
        &self,
        room: &RoomId,
        content: &impl MessageLikeEventContent,
        id: &TransactionId,
    ) -> Result<EventId, ChatError> {
        let request = send_message_event::v3::Request::new(
            room_id(room)?,
            OwnedTransactionId::from(id.as_str()),
            content,
        )
        .map_err(|error| ChatError::Refused(error.to_string()))?;
        let sent = self.link.client.send(request).await.map_err(|error| sort(&error))?;
        Ok(EventId::new(sent.event_id.as_str()))
    }

    /// A room in which there is nobody but the bot and this person. The bot made it, so that only the bot can invite.
    async fn alone_with(&self, user: &UserId) -> Result<RoomId, ChatError> {
        let person = OwnedUserId::try_from(user.as_str()).map_err(|_| ChatError::NotAlone)?;
        let known = self.inner().direct.get(user).cloned();
        if let Some(room) = known
            && self.is_private(&room, &person).await?
        {
            return Ok(room);
        }
        let room = self.open_direct(&person).await?;
        self.inner().direct.insert(user.clone(), room.clone());
        Ok(room)
    }

    /// Whether nobody else is there or invited, as the homeserver says now. Nobody can encrypt it: [`Levels`].
    async fn is_private(&self, room: &RoomId, person: &OwnedUserId) -> Result<bool, ChatError> {
        let id = room_id(room)?;
        let members = match self.link.client.send(get_member_events::v3::Request::new(id.clone())).await {
            Ok(answer) => answer.chunk,
            Err(error) => return gone(sort(&error)),
        };
        let mut present = Vec::new();
        for member in &members {
            let Ok(member) = member.deserialize() else { return Ok(false) };
            if matches!(member.membership(), MembershipState::Join | MembershipState::Invite) {
                present.push(member.state_key().to_owned());
            }
        }
        present.sort_unstable();
        let mut wanted = vec![self.link.me.clone(), person.clone()];
        wanted.sort_unstable();
        Ok(present == wanted)
    }

    async fn open_direct(&self, person: &OwnedUserId) -> Result<RoomId, ChatError> {
        let mut request = CreateRoom::new();
        request.is_direct = true;
        request.invite = vec![person.clone()];
        request.preset = Some(RoomPreset::PrivateChat);
        request.name = Some("Rampart".to_owned());
        request.room_version = self.room_version.parse().ok();
        let levels = Levels { me: &self.link.me, version: &self.room_version, powerful: &[] };
        request.power_level_content_override = levels.raw();
        let made = self.link.client.send(request).await.map_err(|error| sort(&error))?;
        tracing::info!(user = %person, room = %made.room_id, "a direct room was made");
        Ok(RoomId::new(made.room_id.as_str()))
    }
}

impl Inner {
    fn take(&mut self, batch: Batch) {
        if batch.events.is_empty() {
            self.position = batch.position;
        } else {
            self.upcoming = Some(batch.position);
            self.events.extend(batch.events);
        }
    }

    fn give(&mut self) -> Option<Incoming> {
        let event = self.events.pop_front()?;
        if self.events.is_empty()
            && let Some(upcoming) = self.upcoming.take()
        {
            self.position = upcoming;
        }
        Some(event)
    }
}

impl Chat for Matrix {
    /// May be dropped at any time: nothing is lost.
    async fn next(&self) -> Option<Incoming> {
        let mut heard = self.heard.lock().await;
        loop {
            if let Some(event) = self.inner().give() {
                return Some(event);
            }
            match heard.recv().await? {
                Ok(batch) => self.inner().take(batch),
                Err(fault) => {
                    self.inner().fault = Some(fault);
                    return None;
                }
            }
        }
    }

    async fn say(
        &self,
        room: &RoomId,
        thread: Option<&Thread>,
        content: &Content,
        id: &TransactionId,
    ) -> Result<EventId, ChatError> {
        let mut notice = notice(content);
        if let Some(thread) = thread {
            let thread = relation::Thread::plain(event_id(&thread.root)?, event_id(&thread.answers)?);
            notice.relates_to = Some(Relation::Thread(thread));
        }
        self.send(room, &notice, id).await
    }

    async fn react(
        &self,
        room: &RoomId,
        target: &EventId,
        key: &str,
        id: &TransactionId,
    ) -> Result<EventId, ChatError> {
        let about = Annotation::new(event_id(target)?, key.to_owned());
        self.send(room, &ReactionEventContent::new(about), id).await
    }

    async fn tell(&self, user: &UserId, content: &Content, id: &TransactionId) -> Result<EventId, ChatError> {
        let room = self.alone_with(user).await?;
        self.send(&room, &notice(content), id).await
    }
}

/// A room that the bot is not in any more is none.
fn gone(error: ChatError) -> Result<bool, ChatError> {
    match error {
        ChatError::Forbidden => Ok(false),
        ChatError::Refused(code) if code == "M_NOT_FOUND" => Ok(false),
        error => Err(error),
    }
}

fn notice(content: &Content) -> RoomMessageEventContent {
    let mut notice = RoomMessageEventContent::notice_html(content.plain.clone(), content.html.clone());
    notice.mentions = Some(Mentions::new());
    notice
}

pub(super) fn room_id(room: &RoomId) -> Result<OwnedRoomId, ChatError> {
    OwnedRoomId::try_from(room.as_str()).map_err(|error| ChatError::Refused(error.to_string()))
}

fn event_id(event: &EventId) -> Result<OwnedEventId, ChatError> {
    OwnedEventId::try_from(event.as_str()).map_err(|error| ChatError::Refused(error.to_string()))
}
