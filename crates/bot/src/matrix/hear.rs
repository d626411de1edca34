//! One event as the port names it.

use chat::{EventId, Form, Incoming, Message, Reaction, RoomId, UserId};
use jiff::Timestamp;
use matrix_sdk::{
    Room,
    ruma::{
        self, MilliSecondsSinceUnixEpoch,
        events::{
            AnySyncMessageLikeEvent, AnySyncTimelineEvent, SyncMessageLikeEvent,
            reaction::OriginalSyncReactionEvent,
            room::{
                member::MembershipState,
                message::{
                    FormattedBody, MessageFormat, MessageType, OriginalSyncRoomMessageEvent, Relation,
                },
                power_levels::UserPowerLevel,
            },
        },
        serde::Raw,
    },
};

/// The event, if it is one that the bot may have to do with: a message or a reaction of somebody else that was not taken
/// back. What cannot be read is nothing.
pub(super) async fn event(room: &Room, raw: &Raw<AnySyncTimelineEvent>) -> Option<Incoming> {
    let AnySyncTimelineEvent::MessageLike(event) = raw.deserialize().ok()? else { return None };
    if event.sender() == room.own_user_id() {
        return None;
    }
    let power = power(room, event.sender()).await;
    match event {
        AnySyncMessageLikeEvent::RoomMessage(SyncMessageLikeEvent::Original(event)) => {
            Some(Incoming::Message(message(room, event, power)?))
        }
        AnySyncMessageLikeEvent::Reaction(SyncMessageLikeEvent::Original(event)) => {
            Some(Incoming::Reaction(reaction(room, &event, power)?))
        }
        _ => None,
    }
}

/// As the room is after the events of this batch. None for everybody who is not joined, or when anything is unknown.
async fn power(room: &Room, user: &ruma::UserId) -> Option<i64> {
    let member = room.get_member_no_sync(user).await.ok()??;
    if *member.membership() != MembershipState::Join {
        return None;
    }
    match room.power_levels().await.ok()?.for_user(user) {
        UserPowerLevel::Infinite => Some(i64::MAX),
        UserPowerLevel::Int(level) => Some(level.into()),
        _ => None,
    }
}

fn message(room: &Room, event: OriginalSyncRoomMessageEvent, power: Option<i64>) -> Option<Message> {
    let content = event.content;
    let html = |formatted: &Option<FormattedBody>| {
        formatted.as_ref().filter(|text| text.format == MessageFormat::Html).map(|text| text.body.clone())
    };
    let (form, html) = match &content.msgtype {
        MessageType::Text(text) => (Form::Text, html(&text.formatted)),
        MessageType::Notice(text) => (Form::Notice, html(&text.formatted)),
        _ => (Form::Other, None),
    };
    let mentions = content.mentions.into_iter().flat_map(|mentions| mentions.user_ids);
    Some(Message {
        room: RoomId::new(room.room_id().as_str()),
        event: EventId::new(event.event_id.as_str()),
        sender: UserId::new(event.sender.as_str()),
        time: time(event.origin_server_ts)?,
        form,
        body: content.msgtype.body().to_owned(),
        html,
        mentions: mentions.map(|user| UserId::new(user.as_str())).collect(),
        thread: match &content.relates_to {
            Some(Relation::Thread(thread)) => Some(EventId::new(thread.event_id.as_str())),
            _ => None,
        },
        edit: matches!(content.relates_to, Some(Relation::Replacement(_))),
        power,
    })
}

fn reaction(room: &Room, event: &OriginalSyncReactionEvent, power: Option<i64>) -> Option<Reaction> {
    let about = &event.content.relates_to;
    Some(Reaction {
        room: RoomId::new(room.room_id().as_str()),
        event: EventId::new(event.event_id.as_str()),
        sender: UserId::new(event.sender.as_str()),
        time: time(event.origin_server_ts)?,
        target: EventId::new(about.event_id.as_str()),
        key: about.key.clone(),
        power,
    })
}

/// A time that cannot be one makes the event none.
fn time(time: MilliSecondsSinceUnixEpoch) -> Option<Timestamp> {
    Timestamp::from_millisecond(time.get().into()).ok()
}
