//! The few routes of the client API.

use std::collections::BTreeSet;

use axum::{
    Json,
    extract::{Path, State as Of},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{Kind, Shared, State, bearer, fine, refuse, state::Interactive};

const TOKEN: &str = "m.login.registration_token";
const DUMMY: &str = "m.login.dummy";

pub(crate) async fn register(Of(shared): Of<Shared>, Json(body): Json<Value>) -> Response {
    let (session, token) = match open(&mut shared.state(), &body) {
        Ok(opened) => opened,
        Err(refused) => return *refused,
    };
    if let Some(token) = token {
        // Read, then write, with somebody else in between: as Tuwunel does it, without a lock.
        if !shared.state().is_valid(&token) {
            return refused_token(&shared.state(), &session);
        }
        tokio::task::yield_now().await;
        let mut state = shared.state();
        if let Some(known) = state.tokens.get_mut(&token) {
            known.completed += 1;
        }
        if let Some(interactive) = state.interactive.get_mut(&session) {
            interactive.done.insert(TOKEN.to_owned());
        }
    }
    let answer = finish(&mut shared.state(), &session, &body);
    if answer.status().is_success() && shared.state().faults.register_hangs {
        std::future::pending::<()>().await;
    }
    answer
}

/// The session, and the token that is shown in this step.
fn open(state: &mut State, body: &Value) -> Result<(String, Option<String>), Box<Response>> {
    let auth = &body["auth"];
    if let Some(session) = auth["session"].as_str() {
        if !state.interactive.contains_key(session) {
            return Err(Box::new(refuse(403, "M_FORBIDDEN")));
        }
        let token = (auth["type"] == TOKEN).then(|| auth["token"].as_str().unwrap_or_default().to_owned());
        if auth["type"] == DUMMY
            && let Some(interactive) = state.interactive.get_mut(session)
        {
            interactive.done.insert(DUMMY.to_owned());
        }
        return Ok((session.to_owned(), token));
    }
    if let Some(refused) = name_fault(state, body) {
        return Err(Box::new(refused));
    }
    let stages = match state.kind {
        _ if state.faults.register_open => vec![DUMMY],
        Kind::SynapseLike => vec![TOKEN, DUMMY],
        Kind::TuwunelLike if state.any_valid() => vec![TOKEN],
        // The trap.
        Kind::TuwunelLike => vec![DUMMY],
    };
    let session = state.unique("interactive-");
    let interactive = Interactive { stages, done: BTreeSet::new(), body: body.clone() };
    state.interactive.insert(session.clone(), interactive);
    Ok((session, None))
}

fn name_fault(state: &State, body: &Value) -> Option<Response> {
    let name = body["username"].as_str()?;
    if name.is_empty()
        || name.bytes().any(|byte| !(byte.is_ascii_lowercase() || b"0123456789._=-+".contains(&byte)))
    {
        return Some(refuse(400, "M_INVALID_USERNAME"));
    }
    state.users.contains_key(&format!("@{name}:example.org")).then(|| refuse(400, "M_USER_IN_USE"))
}

fn offer(state: &State, session: &str, extra: Value) -> Response {
    let Some(interactive) = state.interactive.get(session) else { return refuse(403, "M_FORBIDDEN") };
    let mut body = json!({
        "flows": [{ "stages": interactive.stages }], "params": {}, "session": session,
        "completed": interactive.done,
    });
    if let (Some(body), Value::Object(extra)) = (body.as_object_mut(), extra) {
        body.extend(extra);
    }
    (StatusCode::UNAUTHORIZED, Json(body)).into_response()
}

fn refused_token(state: &State, session: &str) -> Response {
    let errcode = if state.kind == Kind::TuwunelLike { "M_FORBIDDEN" } else { "M_UNAUTHORIZED" };
    offer(state, session, json!({ "errcode": errcode, "error": "Invalid registration token." }))
}

fn finish(state: &mut State, session: &str, body: &Value) -> Response {
    let Some(interactive) = state.interactive.get(session).cloned() else {
        return refuse(403, "M_FORBIDDEN");
    };
    if !interactive.stages.iter().all(|stage| interactive.done.contains(*stage)) {
        return offer(state, session, json!({}));
    }
    let text = |key: &str| body[key].as_str().or_else(|| interactive.body[key].as_str()).map(str::to_owned);
    let Some(name) = text("username") else { return refuse(400, "M_MISSING_PARAM") };
    if state.faults.creation_fails {
        return refuse(500, "M_UNKNOWN");
    }
    if let Some(refused) = name_fault(state, &json!({ "username": name })) {
        return refused;
    }
    state.add_user(&name, &text("password").unwrap_or_default(), false);
    let id = format!("@{name}:example.org");
    if let Some(user) = state.users.get_mut(&id) {
        user.sessions.clear();
    }
    fine(json!({ "user_id": id }))
}

pub(crate) async fn log_in(Of(shared): Of<Shared>, Json(body): Json<Value>) -> Response {
    let mut state = shared.state();
    let name = body["identifier"]["user"].as_str().unwrap_or_default();
    let id = if name.starts_with('@') { name.to_owned() } else { format!("@{name}:example.org") };
    match state.users.get(&id) {
        Some(user) if user.deactivated => refuse(403, "M_USER_DEACTIVATED"),
        Some(user) if !state.faults.log_in_refused && body["password"] == user.password.as_str() => {
            let token = state.session(&id);
            fine(json!({ "user_id": id, "access_token": token, "device_id": "D" }))
        }
        _ => refuse(403, "M_FORBIDDEN"),
    }
}

pub(crate) async fn whoami(Of(shared): Of<Shared>, headers: HeaderMap) -> Response {
    match shared.state().owner(bearer(&headers)) {
        Some(id) => fine(json!({ "user_id": id })),
        None => refuse(401, "M_UNKNOWN_TOKEN"),
    }
}

pub(crate) async fn password(
    Of(shared): Of<Shared>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let mut state = shared.state();
    let Some(id) = state.owner(bearer(&headers)) else { return refuse(401, "M_UNKNOWN_TOKEN") };
    let Some(user) = state.users.get_mut(&id) else { return refuse(401, "M_UNKNOWN_TOKEN") };
    if body["auth"]["password"] != user.password.as_str() {
        let offer = json!({ "flows": [{ "stages": ["m.login.password"] }], "session": "s" });
        return (StatusCode::UNAUTHORIZED, Json(offer)).into_response();
    }
    body["new_password"].as_str().unwrap_or_default().clone_into(&mut user.password);
    fine(json!({}))
}

pub(crate) async fn create_room(
    Of(shared): Of<Shared>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let mut state = shared.state();
    let Some(id) = state.owner(bearer(&headers)) else { return refuse(401, "M_UNKNOWN_TOKEN") };
    let alias = format!("#{}:example.org", body["room_alias_name"].as_str().unwrap_or_default());
    if state.aliases.contains_key(&alias) {
        return refuse(400, "M_ROOM_IN_USE");
    }
    let room = state.unique("!room") + ":example.org";
    state.aliases.insert(alias, room.clone());
    if let Some(user) = state.users.get_mut(&id) {
        user.rooms.insert(room.clone());
    }
    fine(json!({ "room_id": room }))
}

pub(crate) async fn alias(Of(shared): Of<Shared>, Path(alias): Path<String>) -> Response {
    match shared.state().aliases.get(&alias) {
        Some(room) => fine(json!({ "room_id": room, "servers": [] })),
        None => refuse(404, "M_NOT_FOUND"),
    }
}

pub(crate) async fn membership(
    Of(shared): Of<Shared>,
    headers: HeaderMap,
    Path((room, action)): Path<(String, String)>,
) -> Response {
    let mut state = shared.state();
    let Some(id) = state.owner(bearer(&headers)) else { return refuse(401, "M_UNKNOWN_TOKEN") };
    let sticks = state.faults.rooms_stick;
    let Some(user) = state.users.get_mut(&id) else { return refuse(401, "M_UNKNOWN_TOKEN") };
    match action.as_str() {
        _ if user.locked => refuse(401, "M_USER_LOCKED"),
        "leave" if sticks => refuse(403, "M_FORBIDDEN"),
        "leave" => {
            user.rooms.remove(&room);
            fine(json!({}))
        }
        "join" => {
            user.rooms.insert(room);
            fine(json!({}))
        }
        "invite" => fine(json!({})),
        _ => refuse(404, "M_UNRECOGNIZED"),
    }
}
