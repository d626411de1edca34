//! Accounts of the admin API.

use axum::{
    Json,
    extract::{Path, State as Of},
    http::{HeaderMap, Method},
    response::Response,
};
use serde_json::{Value, json};

use super::{Kind, Shared, User, bearer, fine, refuse};

fn shown(id: &str, user: &User) -> Value {
    json!({
        "name": id, "displayname": null, "admin": user.admin, "deactivated": user.deactivated,
        "locked": user.locked, "suspended": user.suspended, "erased": false, "creation_ts": 0,
    })
}

pub(crate) async fn list(Of(shared): Of<Shared>, headers: HeaderMap) -> Response {
    let state = shared.state();
    if !state.is_admin(bearer(&headers)) {
        return refuse(403, "M_FORBIDDEN");
    }
    let users: Vec<Value> = state.users.iter().map(|(id, user)| shown(id, user)).collect();
    fine(json!({ "total": users.len(), "users": users }))
}

pub(crate) async fn one(
    Of(shared): Of<Shared>,
    method: Method,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Option<Json<Value>>,
) -> Response {
    let mut state = shared.state();
    if !state.is_admin(bearer(&headers)) {
        return refuse(403, "M_FORBIDDEN");
    }
    if let Some(Json(body)) = body.filter(|_| method == Method::PUT) {
        let is_tuwunel = state.kind == Kind::TuwunelLike;
        let user = state.users.entry(id.clone()).or_default();
        if let Some(password) = body["password"].as_str() {
            password.clone_into(&mut user.password);
            if body["logout_devices"].as_bool() != Some(false) {
                user.sessions.clear();
            }
            user.deactivated &= body["deactivated"].as_bool() != Some(false);
        }
        if let Some(locked) = body["locked"].as_bool() {
            user.locked = locked;
        }
        if let Some(admin) = body["admin"].as_bool() {
            // Seen of Tuwunel 1.9.0: what came before in the same call is done.
            if is_tuwunel && !admin && !user.admin {
                return refuse(500, "M_UNKNOWN");
            }
            user.admin = admin;
        }
    }
    match state.users.get(&id) {
        Some(user) => fine(shown(&id, user)),
        None => refuse(404, "M_NOT_FOUND"),
    }
}

pub(crate) async fn devices(Of(shared): Of<Shared>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let state = shared.state();
    if !state.is_admin(bearer(&headers)) {
        return refuse(403, "M_FORBIDDEN");
    }
    let Some(user) = state.users.get(&id) else { return refuse(404, "M_NOT_FOUND") };
    let devices: Vec<Value> = user.sessions.iter().map(|_| json!({ "device_id": "D" })).collect();
    fine(json!({ "total": devices.len(), "devices": devices }))
}

pub(crate) async fn rooms(Of(shared): Of<Shared>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let state = shared.state();
    if !state.is_admin(bearer(&headers)) {
        return refuse(403, "M_FORBIDDEN");
    }
    let rooms = state.users.get(&id).map(|user| user.rooms.clone()).unwrap_or_default();
    fine(json!({ "total": rooms.len(), "joined_rooms": rooms }))
}

pub(crate) async fn log_in_as(
    Of(shared): Of<Shared>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let mut state = shared.state();
    if !state.is_admin(bearer(&headers)) {
        return refuse(403, "M_FORBIDDEN");
    }
    match state.users.get(&id) {
        None => refuse(404, "M_NOT_FOUND"),
        Some(user) if user.deactivated => refuse(403, "M_USER_DEACTIVATED"),
        Some(_) => {
            let token = state.session(&id);
            fine(json!({ "access_token": token }))
        }
    }
}

pub(crate) async fn deactivate(
    Of(shared): Of<Shared>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let mut state = shared.state();
    if !state.is_admin(bearer(&headers)) {
        return refuse(403, "M_FORBIDDEN");
    }
    let kind = state.kind;
    let Some(user) = state.users.get_mut(&id) else { return refuse(404, "M_NOT_FOUND") };
    user.deactivated = true;
    user.password.clear();
    user.sessions.clear();
    if kind == Kind::SynapseLike {
        user.rooms.clear();
    }
    fine(json!({ "id_server_unbind_result": "success" }))
}
