//! The restricted room of each tenant. The bot makes it: invite only, never encrypted, and nobody but the named people can
//! invite others or change what power means. So no room that somebody else prepared is ever taken for it.

use std::collections::{BTreeMap, BTreeSet};

use backon::Retryable as _;
use chat::{ChatError, RoomId};
use matrix_sdk::{
    Room,
    deserialized_responses::RawAnySyncOrStrippedState,
    ruma::{
        OwnedRoomId, OwnedUserId,
        api::client::{
            membership::{get_member_events, invite_user},
            room::create_room::{
                RoomPowerLevelsContentOverride,
                v3::{Request as CreateRoom, RoomPreset},
            },
        },
        events::{StateEventType, room::member::MembershipState},
        int,
        serde::Raw,
    },
};
use serde_json::{Value, json};
use settings::{
    audit::LOCK_LEVEL,
    bot::{Bot, BotTenant},
};

use super::{
    Fault, Link, backoff,
    link::{refused, sort, sort_sdk},
};

/// Whose restricted room it is, in the event that creates the room, which nobody can change. By it the room is found again
/// when the state folder was lost.
const MARK: &str = "io.github.rampart-matrix.tenant";
/// Power of the bot and of the named people.
const POWER: i64 = 100;
/// From this room version on a creator stands above every level and must not be in the list.
const CREATORS: u32 = 12;

/// The levels of a room that the bot makes.
pub(super) struct Levels<'l> {
    pub(super) me: &'l OwnedUserId,
    pub(super) version: &'l str,
    pub(super) powerful: &'l [String],
}

impl Levels<'_> {
    fn json(&self) -> Value {
        let creators_stand_above = self.version.parse().is_ok_and(|version: u32| version >= CREATORS);
        let me = (!creators_stand_above).then(|| self.me.to_string());
        let users: BTreeMap<String, i64> =
            self.powerful.iter().cloned().chain(me).map(|user| (user, POWER)).collect();
        json!({
            "users": users,
            "users_default": 0,
            "events_default": 0,
            "state_default": POWER,
            "invite": POWER, "kick": POWER, "ban": POWER, "redact": POWER,
            // Above everybody, so that it can neither be sent nor be allowed (room versions, authorization rules).
            "events": { "m.room.encryption": LOCK_LEVEL },
        })
    }

    pub(super) fn raw(&self) -> Option<Raw<RoomPowerLevelsContentOverride>> {
        Raw::new(&self.json()).ok().map(Raw::cast_unchecked)
    }
}

/// Finds or makes the room of each tenant that has none in `rooms` yet. Gives those that were made.
pub(crate) async fn ensure(
    link: &Link,
    config: &Bot,
    rooms: &mut BTreeMap<String, RoomId>,
) -> Result<BTreeSet<OwnedRoomId>, Fault> {
    let mut fresh = BTreeSet::new();
    for tenant in &config.tenants {
        if rooms.contains_key(tenant.name.as_str()) {
            continue;
        }
        let room = if let Some(room) = found(link, tenant).await {
            room
        } else {
            let room = made(link, config, tenant).await?;
            fresh.insert(room.clone());
            room
        };
        rooms.insert(tenant.name.to_string(), RoomId::new(room.as_str()));
    }
    Ok(fresh)
}

/// A room that the bot made for this tenant and is still in.
async fn found(link: &Link, tenant: &BotTenant) -> Option<OwnedRoomId> {
    for room in link.client.joined_rooms() {
        let is_ours = room.creators().is_some_and(|creators| creators == [link.me.clone()]);
        if is_ours && mark(&room).await.as_deref() == Some(tenant.name.as_str()) {
            tracing::warn!(room = %room.room_id(), tenant = %tenant.name, "the restricted room was found again");
            return Some(room.room_id().to_owned());
        }
    }
    None
}

async fn mark(room: &Room) -> Option<String> {
    let state = room.get_state_event(StateEventType::RoomCreate, "").await.ok()??;
    let RawAnySyncOrStrippedState::Sync(event) = state else { return None };
    let content: Value = event.get_field("content").ok()??;
    Some(content.get(MARK)?.as_str()?.to_owned())
}

async fn made(link: &Link, config: &Bot, tenant: &BotTenant) -> Result<OwnedRoomId, Fault> {
    let powerful: Vec<String> = tenant.staff.iter().map(ToString::to_string).collect();
    let levels = Levels { me: &link.me, version: config.room_version.as_str(), powerful: &powerful };
    let mut request = CreateRoom::new();
    request.preset = Some(RoomPreset::PrivateChat);
    request.name = Some(format!("Guests of {}", tenant.title));
    request.topic = Some(format!("Orders about guests on {}. Write !help.", tenant.domain));
    request.room_version = config.room_version.as_str().parse().ok();
    request.power_level_content_override = levels.raw();
    request.creation_content = Raw::new(&json!({ MARK: tenant.name })).ok().map(Raw::cast_unchecked);
    let create = || async { link.client.send(request.clone()).await.map_err(|error| sort(&error)) };
    let room = create
        .retry(backoff())
        .when(ChatError::is_passing)
        .await
        .map_err(|source| refused("to make the restricted room of a tenant", source))?
        .room_id;
    tracing::info!(%room, tenant = %tenant.name, "the restricted room was made");
    Ok(room)
}

/// Invites the named people that never were in their tenant's room. Whoever left, was removed or is banned stays away.
/// Says whether everybody is there or has been asked.
pub(crate) async fn invite(link: &Link, tenant: &BotTenant, room: &RoomId) -> Result<bool, ChatError> {
    let id = super::speak::room_id(room)?;
    let request = get_member_events::v3::Request::new(id.clone());
    let members = link.client.send(request).await.map_err(|error| sort(&error))?.chunk;
    let known: BTreeSet<OwnedUserId> = members
        .iter()
        .filter_map(|member| member.deserialize().ok())
        .filter(|member| *member.membership() != MembershipState::Knock)
        .map(|member| member.state_key().to_owned())
        .collect();
    let mut all = true;
    for user in &tenant.staff {
        let Ok(user) = OwnedUserId::try_from(user.as_str()) else { continue };
        if known.contains(&user) {
            continue;
        }
        empower(link, room, &user).await?;
        let by_id =
            invite_user::v3::InvitationRecipient::UserId(invite_user::v3::InviteUserId::new(user.clone()));
        let invite = invite_user::v3::Request::new(id.clone(), by_id);
        match link.client.send(invite).await.map_err(|error| sort(&error)) {
            Ok(_) => tracing::info!(%user, tenant = %tenant.name, "invited to the restricted room"),
            Err(error) => {
                all = false;
                tracing::debug!(%user, tenant = %tenant.name, %error, "could not be invited yet");
            }
        }
    }
    Ok(all)
}

/// Gives somebody who was named later the same power as those who were named when the room was made.
async fn empower(link: &Link, room: &RoomId, user: &OwnedUserId) -> Result<(), ChatError> {
    let id = super::speak::room_id(room)?;
    let Some(room) = link.client.get_room(&id) else { return Ok(()) };
    let Ok(levels) = room.power_levels().await else { return Ok(()) };
    if levels.users.contains_key(user) {
        return Ok(());
    }
    room.update_power_levels(vec![(user, int!(100))]).await.map(drop).map_err(|error| sort_sdk(&error))
}

#[cfg(test)]
mod tests {
    use matrix_sdk::ruma::owned_user_id;

    use super::Levels;

    #[test]
    fn nobody_may_encrypt_and_a_creator_is_left_out_where_it_stands_above() {
        let me = owned_user_id!("@rampart-bot:example.org");
        let powerful = ["@anna:example.org".to_owned()];
        for (version, users) in [("11", 2), ("12", 1)] {
            let levels = Levels { me: &me, version, powerful: &powerful }.json();
            assert_eq!(levels["users"].as_object().unwrap().len(), users, "{version}");
            assert!(
                levels["events"]["m.room.encryption"].as_i64()
                    > levels["users"]["@anna:example.org"].as_i64()
            );
        }
    }
}
