//! Registration tokens of the admin API.

use axum::{
    Json,
    extract::{Path, State as Of},
    http::{HeaderMap, Method},
    response::Response,
};
use serde_json::{Value, json};

use super::{Shared, bearer, fine, refuse, state::Token};

fn shown(name: &str, token: &Token) -> Value {
    json!({
        "token": name, "uses_allowed": token.uses, "pending": 0, "completed": token.completed,
        "expiry_time": token.expiry,
    })
}

pub(crate) async fn list(Of(shared): Of<Shared>, headers: HeaderMap) -> Response {
    let mut state = shared.state();
    if !state.is_admin(bearer(&headers)) {
        return refuse(403, "M_FORBIDDEN");
    }
    state.forget_spent();
    let mut all: Vec<Value> = state.tokens.iter().map(|(name, token)| shown(name, token)).collect();
    let endless = Token { uses: None, completed: 0, expiry: None };
    all.extend(state.configured().iter().map(|name| shown(name, &endless)));
    fine(json!({ "registration_tokens": all }))
}

pub(crate) async fn create(Of(shared): Of<Shared>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    let mut state = shared.state();
    if !state.is_admin(bearer(&headers)) {
        return refuse(403, "M_FORBIDDEN");
    }
    let name = body["token"].as_str().unwrap_or_default().to_owned();
    if name.is_empty() || state.tokens.contains_key(&name) {
        return refuse(400, "M_INVALID_PARAM");
    }
    let token =
        Token { uses: body["uses_allowed"].as_u64(), completed: 0, expiry: body["expiry_time"].as_i64() };
    let answer = shown(&name, &token);
    state.tokens.insert(name, token);
    fine(answer)
}

pub(crate) async fn one(
    Of(shared): Of<Shared>,
    method: Method,
    headers: HeaderMap,
    Path(name): Path<String>,
    body: Option<Json<Value>>,
) -> Response {
    let mut state = shared.state();
    if !state.is_admin(bearer(&headers)) {
        return refuse(403, "M_FORBIDDEN");
    }
    state.forget_spent();
    if state.configured().contains(&name) {
        let endless = Token { uses: None, completed: 0, expiry: None };
        return if method == Method::GET { fine(shown(&name, &endless)) } else { refuse(403, "M_FORBIDDEN") };
    }
    if method == Method::DELETE {
        return if state.tokens.remove(&name).is_some() {
            fine(json!({}))
        } else {
            refuse(404, "M_NOT_FOUND")
        };
    }
    let Some(token) = state.tokens.get_mut(&name) else { return refuse(404, "M_NOT_FOUND") };
    if let Some(Json(body)) = body.filter(|_| method == Method::PUT) {
        // Absent keeps, null clears.
        if let Some(expiry) = body.get("expiry_time") {
            token.expiry = expiry.as_i64();
        }
        if let Some(uses) = body.get("uses_allowed") {
            token.uses = uses.as_u64();
        }
    }
    fine(shown(&name, token))
}
