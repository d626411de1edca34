//! `room-*`.

use broker_api::{
    Nothing, Refusal,
    room::{Create, Invite, Room, Rooms},
};
use http::StatusCode;

use super::{Outcome, bad, conflict, guest, not_found, person};
use crate::{book::MadeRoom, desk::Desk, event::Event};

pub(crate) async fn create(desk: &Desk, order: &Create) -> Outcome<Room> {
    person(&order.by)?;
    if order.name.parse::<values::RoomName>().is_err() {
        return Err(bad("a room name has lower-case letters, digits and hyphens"));
    }
    let _turn = desk.turn(format!("room {}", order.name)).await;
    make(desk, &order.name, &order.by, false).await
}

/// Makes a room and writes it down. One that the broker made and could not write down is found by its alias.
pub(crate) async fn make(desk: &Desk, name: &str, by: &str, joined_by_all: bool) -> Outcome<Room> {
    let alias = format!("#{name}:{}", desk.homeserver.name());
    if desk.book().rooms.iter().any(|room| room.alias == alias) {
        return Err(conflict("there is a room of this name"));
    }
    let version = desk.guests()?.room_version.to_string();
    let room = match desk.homeserver.make_room(name, joined_by_all, &version).await {
        Ok(room) => room,
        // The alias is taken although the book does not know it: by an earlier run that was killed, or by a person.
        Err(failure) if failure.is(StatusCode::BAD_REQUEST) || failure.is(StatusCode::CONFLICT) => {
            let found = desk.homeserver.room_of(&alias).await.map_err(|failure| failure.refusal())?;
            found.ok_or_else(|| failure.refusal())?
        }
        Err(failure) => return Err(failure.refusal()),
    };
    let event =
        Event::RoomCreated { room: room.clone(), alias: alias.clone(), by: by.to_owned(), joined_by_all };
    desk.commit(event).await?;
    Ok(Room { room, alias, joined_by_all })
}

pub(crate) async fn invite(desk: &Desk, order: &Invite) -> Outcome<Nothing> {
    person(&order.by)?;
    let room = find(desk, &order.room)?;
    let user = guest::subject(desk, &order.user).await?;
    if user.deactivated {
        return Err(conflict("the account has ended"));
    }
    desk.homeserver.invite(&room, &user.name).await.map_err(|failure| failure.refusal())?;
    desk.commit(Event::RoomInvited { room, user: user.name, by: order.by.clone() }).await?;
    Ok(Nothing {})
}

fn find(desk: &Desk, text: &str) -> Result<String, Refusal> {
    let alias = format!("#{text}:{}", desk.homeserver.name());
    let is_it =
        |room: &&MadeRoom| [&room.room, &room.alias].contains(&&text.to_owned()) || room.alias == alias;
    desk.book().rooms.iter().find(is_it).map(|room| room.room.clone()).ok_or_else(|| not_found("room"))
}

pub(crate) fn list(desk: &Desk) -> Rooms {
    let shown = |room: &MadeRoom| Room {
        room: room.room.clone(),
        alias: room.alias.clone(),
        joined_by_all: room.joined_by_all,
    };
    Rooms { rooms: desk.book().rooms.iter().map(shown).collect() }
}
