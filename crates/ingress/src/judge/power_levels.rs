//! The lock: encryption and redaction need a level that nobody in the room has.
//!
//! A request's override replaces whole members of the server's own (tuwunel: src/api/client/room/create.rs), so a
//! harmless `events`, as clients send for calls, would take the lock away. It is put back. Once in the room it holds by
//! itself: nobody may change an entry above their own level (Matrix spec, rooms v11, authorization rules).

use settings::audit::{LOCK_LEVEL, LOCKED_EVENTS};

use crate::{
    json::{Json, Map},
    rule::Refusal,
    rules::{body_shape, power_lock_broken},
};

/// In an override: where it replaces what holds the lock. Says whether anything was changed.
pub(super) fn hold_where_replaced(levels: &mut Map) -> Result<bool, Refusal> {
    users(levels)?;
    let redact = match levels.get_mut("redact") {
        None => false,
        Some(level) => raise(level),
    };
    Ok(redact | events(levels)?)
}

/// In the whole content of `m.room.power_levels`.
pub(super) fn hold(levels: &mut Map) -> Result<bool, Refusal> {
    users(levels)?;
    if levels.get("events").is_none() {
        levels.set("events", Json::Map(Map::default()));
    }
    Ok(levels.set("redact", Json::Int(LOCK_LEVEL)) | events(levels)?)
}

fn raise(level: &mut Json) -> bool {
    let lock = Json::Int(LOCK_LEVEL);
    let changed = *level != lock;
    *level = lock;
    changed
}

fn events(levels: &mut Map) -> Result<bool, Refusal> {
    match levels.get_mut("events") {
        None => Ok(false),
        Some(Json::Map(events)) => Ok(LOCKED_EVENTS
            .iter()
            .fold(false, |changed, kind| events.set(kind, Json::Int(LOCK_LEVEL)) | changed)),
        Some(_) => Err((&body_shape::RULE).into()),
    }
}

/// Nobody reaches the lock. Levels as text, which room versions up to 9 took, are refused with it.
fn users(levels: &Map) -> Result<(), Refusal> {
    let everyone = levels.get("users_default").into_iter();
    let each = match levels.get("users") {
        None => &[][..],
        Some(Json::Map(users)) => &users.0,
        Some(_) => return Err((&body_shape::RULE).into()),
    };
    let below = |level: &Json| matches!(level, Json::Int(level) if *level < LOCK_LEVEL);
    if everyone.chain(each.iter().map(|(_, level)| level)).all(below) {
        Ok(())
    } else {
        Err((&power_lock_broken::RULE).into())
    }
}
