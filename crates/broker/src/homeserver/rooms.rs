//! Rooms and sessions of the broker's own account, by the client API.

use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{
    Failure, Homeserver,
    calls::{read, segment},
};

#[derive(Deserialize)]
struct Made {
    room_id: String,
}

#[derive(Deserialize)]
struct Session {
    access_token: Zeroizing<String>,
}

impl Homeserver {
    /// Makes a room with this alias. `public` rooms can be joined by every account of the server, and by nobody else:
    /// the server federates with nobody or with one server.
    pub(crate) async fn make_room(&self, name: &str, public: bool, version: &str) -> Result<String, Failure> {
        let what = "a new room";
        let body = json!({
            "name": name,
            "room_alias_name": name,
            "preset": if public { "public_chat" } else { "private_chat" },
            "visibility": "private",
            "room_version": version,
        });
        let path = "/_matrix/client/v3/createRoom".to_owned();
        let made: Made = read(what, self.admin(what, Method::POST, path, Some(&body)).await?)?;
        Ok(made.room_id)
    }

    /// The room of an alias.
    pub(crate) async fn room_of(&self, alias: &str) -> Result<Option<String>, Failure> {
        let what = "an alias";
        let path = format!("/_matrix/client/v3/directory/room/{}", segment(alias));
        match self.admin(what, Method::GET, path, None).await {
            Ok(value) => read::<Made>(what, value).map(|made| Some(made.room_id)),
            Err(failure) if failure.is(StatusCode::NOT_FOUND) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Invites somebody.
    pub(crate) async fn invite(&self, room: &str, user: &str) -> Result<(), Failure> {
        let path = format!("/_matrix/client/v3/rooms/{}/invite", segment(room));
        self.admin("an invitation", Method::POST, path, Some(&json!({ "user_id": user }))).await.map(drop)
    }

    /// Whose token this is; `None` when it is none any more.
    pub(crate) async fn owner(&self, token: &str) -> Result<Option<String>, Failure> {
        let what = "whose session it is";
        let path = "/_matrix/client/v3/account/whoami".to_owned();
        match self.call(what, Method::GET, path, None, Some(token)).await {
            Ok(value) => Ok(value.get("user_id").and_then(Value::as_str).map(str::to_owned)),
            Err(failure) if failure.is(StatusCode::UNAUTHORIZED) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Logs in; `None` when the password is not this one.
    pub(crate) async fn log_in(
        &self,
        user: &str,
        password: &str,
    ) -> Result<Option<Zeroizing<String>>, Failure> {
        let what = "a log-in";
        let body = json!({
            "type": "m.login.password",
            "identifier": { "type": "m.id.user", "user": user },
            "password": password,
            "initial_device_display_name": "rampart-broker",
        });
        match self.call(what, Method::POST, "/_matrix/client/v3/login".to_owned(), Some(&body), None).await {
            Ok(value) => read::<Session>(what, value).map(|session| Some(session.access_token)),
            Err(failure) if failure.is(StatusCode::FORBIDDEN) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Changes the password of the account of `token`; its other sessions end.
    pub(crate) async fn change_password(
        &self,
        user: &str,
        token: &str,
        old: &str,
        new: &str,
    ) -> Result<(), Failure> {
        let what = "a change of password";
        let path = || "/_matrix/client/v3/account/password".to_owned();
        let mut body = json!({ "new_password": new, "logout_devices": true });
        let offer = self.raw(Method::POST, path(), Some(&body), Some(token)).await?;
        if offer.status.is_success() {
            return Ok(());
        }
        let offer: Value =
            serde_json::from_slice(&offer.body).map_err(|error| Failure::unreadable(what, &error))?;
        if let Some(body) = body.as_object_mut() {
            let auth = json!({
                "type": "m.login.password",
                "identifier": { "type": "m.id.user", "user": user },
                "password": old,
                "session": offer.get("session"),
            });
            body.insert("auth".to_owned(), auth);
        }
        self.call(what, Method::POST, path(), Some(&body), Some(token)).await.map(drop)
    }
}
