//! Somebody with a chat program.

use std::{collections::BTreeMap, net::SocketAddr, sync::Mutex, time::Duration};

use daemon::http::{Peer, Question};
use http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use tokio::time::sleep;

/// Half a minute, in steps.
const ATTEMPTS: u32 = 150;
const STEP: Duration = Duration::from_millis(200);

/// An account with a session.
pub(crate) struct Person {
    peer: Peer,
    token: String,
    pub(crate) user: String,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    since: Option<String>,
    /// Room, and whether it is a direct one.
    invited: BTreeMap<String, bool>,
}

impl Person {
    /// Logs in.
    pub(crate) async fn enter(homeserver: SocketAddr, name: &str, password: &str) -> Self {
        let mut person = Self {
            peer: Peer::Address(homeserver),
            token: String::new(),
            user: format!("@{name}:example.org"),
            seen: Mutex::default(),
        };
        let login = json!({
            "type": "m.login.password", "identifier": { "type": "m.id.user", "user": name }, "password": password,
        });
        let answer = person.ask(Method::POST, "login", &login).await;
        answer["access_token"].as_str().unwrap().clone_into(&mut person.token);
        person
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, body: &Value) -> Value {
        let path = format!("/_matrix/client/v3/{path}");
        let mut question = match method {
            Method::GET => Question::get(path, Duration::from_secs(20)),
            method => Question::json(method, path, body.to_string(), Duration::from_secs(20)),
        };
        if !self.token.is_empty() {
            question = question.bearer(&self.token);
        }
        serde_json::from_slice(&self.peer.ask(question).await.unwrap().body).unwrap()
    }

    /// Waits for an invitation of this kind, and accepts it.
    pub(crate) async fn accept(&self, is_direct: bool) -> String {
        for _ in 0..ATTEMPTS {
            self.look().await;
            if let Some(room) = self.invited(is_direct) {
                let joined = self.ask(Method::POST, &format!("join/{}", encoded(&room)), &json!({})).await;
                assert_eq!(joined["room_id"], json!(room));
                return room;
            }
            sleep(STEP).await;
        }
        panic!("nobody invited {}", self.user);
    }

    fn invited(&self, is_direct: bool) -> Option<String> {
        let mut seen = self.seen.lock().unwrap();
        let room = seen.invited.iter().find(|(_, direct)| **direct == is_direct)?.0.clone();
        seen.invited.remove(&room);
        Some(room)
    }

    /// Invitations since the last look. Synapse gives the same first sync again for a while, so only one is asked for.
    async fn look(&self) {
        let since = self.seen.lock().unwrap().since.clone();
        let path = since.map_or_else(|| "sync".to_owned(), |since| format!("sync?since={}", encoded(&since)));
        let sync = self.ask(Method::GET, &path, &Value::Null).await;
        let mut seen = self.seen.lock().unwrap();
        seen.since = sync["next_batch"].as_str().map(str::to_owned);
        for (room, invite) in sync["rooms"]["invite"].as_object().into_iter().flatten() {
            let events = invite["invite_state"]["events"].as_array().unwrap();
            let direct = events.iter().any(|event| event["content"]["is_direct"] == json!(true));
            seen.invited.insert(room.clone(), direct);
        }
    }

    /// Writes a message; gives its name.
    pub(crate) async fn say(&self, room: &str, text: &str) -> String {
        self.send(room, "m.room.message", &json!({ "msgtype": "m.text", "body": text })).await
    }

    pub(crate) async fn react(&self, room: &str, target: &str, key: &str) -> String {
        let about = json!({ "rel_type": "m.annotation", "event_id": target, "key": key });
        self.send(room, "m.reaction", &json!({ "m.relates_to": about })).await
    }

    async fn send(&self, room: &str, kind: &str, content: &Value) -> String {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let next = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let sent = self.ask(Method::PUT, &in_room(room, &format!("send/{kind}/t{next}")), content).await;
        sent["event_id"].as_str().unwrap_or_else(|| panic!("{sent}")).to_owned()
    }

    /// The newest events of a room, newest first.
    pub(crate) async fn events(&self, room: &str) -> Vec<Value> {
        let page = self.ask(Method::GET, &in_room(room, "messages?dir=b&limit=100"), &Value::Null).await;
        page["chunk"].as_array().unwrap_or_else(|| panic!("{page}")).clone()
    }

    /// Waits for an event.
    pub(crate) async fn sees(&self, room: &str, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut seen = Vec::new();
        for _ in 0..ATTEMPTS {
            seen = self.events(room).await;
            if let Some(found) = seen.iter().find(|event| wanted(event)) {
                return found.clone();
            }
            sleep(STEP).await;
        }
        let texts: Vec<_> = seen.iter().map(|event| &event["content"]).collect();
        panic!("{} never saw {what}: {texts:#?}", self.user);
    }

    /// Waits for an answer of the bot in the thread of a message.
    pub(crate) async fn answer(&self, room: &str, order: &str) -> Value {
        self.sees(room, "an answer", |event| {
            let content = &event["content"];
            content["msgtype"] == json!("m.notice") && content["m.relates_to"]["event_id"] == json!(order)
        })
        .await
    }

    /// Waits for a sign under a message.
    pub(crate) async fn sign(&self, room: &str, target: &str, key: &str) -> Value {
        self.sees(room, key, |event| {
            let about = &event["content"]["m.relates_to"];
            about["event_id"] == json!(target)
                && about["key"].as_str().is_some_and(|found| found.contains(key))
        })
        .await
    }
}

pub(crate) fn in_room(room: &str, rest: &str) -> String {
    format!("rooms/{}/{rest}", encoded(room))
}

pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
