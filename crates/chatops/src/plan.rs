//! From an order to questions for the tenant's broker, one after the other.

use broker_api::{Nothing, guest, room, token};

use crate::{ask::Ask, command::Command, job::Order, rules::Rules};

/// The questions; none for what the bot knows itself.
pub(crate) fn plan(command: &Command, order: &Order, rules: &Rules) -> Vec<Ask> {
    let by = || order.sender.to_string();
    let life = |ttl: &Option<u64>| ttl.unwrap_or(rules.default_ttl.as_secs());
    let about = |users: &[String], ask: fn(guest::Order) -> Ask| -> Vec<Ask> {
        users.iter().map(|user| ask(guest::Order { by: by(), user: user.clone() })).collect()
    };
    match command {
        Command::TokenGenerate { recipient, ttl, uses, note, staff } => {
            vec![Ask::TokenCreate(token::Create {
                by: by(),
                room: order.room.to_string(),
                recipient: recipient.clone(),
                ttl_seconds: life(ttl),
                uses: *uses,
                note: note.clone(),
                staff: *staff,
                key: order.event.to_string(),
            })]
        }
        Command::TokenList { all } => vec![Ask::TokenList(token::List { all: *all })],
        Command::TokenShow { id } => vec![Ask::TokenShow(token::Show { id: id.clone() })],
        Command::TokenExtend { ids, ttl } => {
            let extend = |id: &String| token::Extend { by: by(), id: id.clone(), ttl_seconds: *ttl };
            ids.iter().map(|id| Ask::TokenExtend(extend(id))).collect()
        }
        Command::TokenRevoke { ids } => {
            ids.iter().map(|id| Ask::TokenRevoke(token::Revoke { by: by(), id: id.clone() })).collect()
        }
        Command::GuestList { .. } => vec![Ask::GuestList(Nothing {})],
        Command::GuestShow { user } => vec![Ask::GuestShow(guest::Show { user: user.clone() })],
        Command::GuestLock { users } => about(users, Ask::GuestLock),
        Command::GuestUnlock { users } => about(users, Ask::GuestUnlock),
        Command::GuestDeactivate { users } => about(users, Ask::GuestDeactivate),
        Command::GuestReactivate { user, ttl } => {
            vec![Ask::GuestReactivate(guest::Reactivate {
                by: by(),
                user: user.clone(),
                ttl_seconds: life(ttl),
            })]
        }
        Command::RoomCreate { name } => {
            vec![Ask::RoomCreate(room::Create { by: by(), name: name.clone() })]
        }
        Command::RoomInvite { room, user } => {
            vec![Ask::RoomInvite(room::Invite { by: by(), room: room.clone(), user: user.clone() })]
        }
        Command::RoomList => vec![Ask::RoomList(Nothing {})],
        Command::Status => vec![Ask::Status(Nothing {})],
        Command::Audit { .. } | Command::Whoami | Command::Help { .. } => Vec::new(),
    }
}
