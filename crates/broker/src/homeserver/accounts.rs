//! Accounts (Synapse Admin API, "User Admin API").

use http::{Method, StatusCode};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{
    Failure, Homeserver,
    calls::{read, segment},
};

/// An account as the homeserver shows it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Account {
    pub(crate) name: String,
    #[serde(rename = "displayname")]
    pub(crate) display_name: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    pub(crate) admin: bool,
    #[serde(default, deserialize_with = "flag")]
    pub(crate) deactivated: bool,
    #[serde(default, deserialize_with = "flag")]
    pub(crate) locked: bool,
    #[serde(default, deserialize_with = "flag")]
    pub(crate) suspended: bool,
    #[serde(default, deserialize_with = "flag")]
    pub(crate) erased: bool,
}

/// Older servers write 0 and 1. Absent or null is no.
fn flag<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Bool(flag) => Ok(flag),
        Value::Null => Ok(false),
        Value::Number(number) if number.as_u64() == Some(0) => Ok(false),
        Value::Number(number) if number.as_u64() == Some(1) => Ok(true),
        _ => Err(serde::de::Error::custom("a flag is wanted")),
    }
}

#[derive(Deserialize)]
struct Page {
    users: Vec<Account>,
    next_token: Option<Value>,
}

#[derive(Deserialize)]
struct JoinedRooms {
    joined_rooms: Vec<String>,
}

#[derive(Deserialize)]
struct Devices {
    devices: Vec<Value>,
}

#[derive(Deserialize)]
struct Login {
    access_token: Zeroizing<String>,
}

/// How long a session that only leaves rooms may live.
const BORROWED: i64 = 120_000;

impl Homeserver {
    /// Whether an id is of this server.
    pub(crate) fn is_local(&self, user: &str) -> bool {
        user.strip_prefix('@')
            .and_then(|rest| rest.split_once(':'))
            .is_some_and(|(local, server)| is_localpart(local) && server == self.name)
    }

    /// The Matrix id of what people write: an id of this server, or the part before the colon.
    pub(crate) fn user_id(&self, text: &str) -> Option<String> {
        let id = if text.starts_with('@') { text.to_owned() } else { format!("@{text}:{}", self.name) };
        self.is_local(&id).then_some(id)
    }

    /// One account; `None` when there is none.
    pub(crate) async fn account(&self, user: &str) -> Result<Option<Account>, Failure> {
        let what = "one account";
        match self.admin(what, Method::GET, user_path(user), None).await {
            Ok(value) => read(what, value).map(Some),
            Err(failure) if failure.is(StatusCode::NOT_FOUND) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// All accounts.
    pub(crate) async fn accounts(&self) -> Result<Vec<Account>, Failure> {
        let what = "the list of accounts";
        let (mut all, mut from) = (Vec::new(), String::from("0"));
        // Bounded, should a server's pages never end.
        for _ in 0..1000 {
            let path = format!("/_synapse/admin/v2/users?deactivated=true&limit=500&from={}", segment(&from));
            let page: Page = read(what, self.admin(what, Method::GET, path, None).await?)?;
            all.extend(page.users);
            from = match page.next_token {
                Some(Value::String(next)) => next,
                Some(Value::Number(next)) => next.to_string(),
                _ => return Ok(all),
            };
        }
        Err(Failure::unreadable(what, &"its pages do not end"))
    }

    /// Stops an account for a while, or lets it in again.
    pub(crate) async fn lock(&self, user: &str, locked: bool) -> Result<Account, Failure> {
        let what = "locking";
        let account: Account = read(
            what,
            self.admin(what, Method::PUT, user_path(user), Some(&json!({ "locked": locked }))).await?,
        )?;
        if account.locked == locked { Ok(account) } else { Err(Failure::Unverified("the lock did not hold")) }
    }

    /// Sets a password, ends every session and takes a lock off. On an account that has ended it also brings it back.
    pub(crate) async fn set_password(&self, user: &str, password: &str) -> Result<(), Failure> {
        let body = json!({
            "password": password, "logout_devices": true, "deactivated": false, "locked": false,
        });
        self.admin("a new password", Method::PUT, user_path(user), Some(&body)).await.map(drop)
    }

    /// Makes an account without any power. Trap: to `"admin": false` Tuwunel 1.9 answers 500 ("was never an admin"), though the
    /// account is there then. Left out, both servers make one that is none.
    pub(crate) async fn make_account(&self, user: &str, password: &str, name: &str) -> Result<(), Failure> {
        let body = json!({ "password": password, "displayname": name, "deactivated": false });
        self.admin("a new account", Method::PUT, user_path(user), Some(&body)).await.map(drop)
    }

    /// Rooms that somebody is in.
    pub(crate) async fn joined_rooms(&self, user: &str) -> Result<Vec<String>, Failure> {
        let what = "the rooms of an account";
        let path = format!("/_synapse/admin/v1/users/{}/joined_rooms", segment(user));
        let rooms: JoinedRooms = read(what, self.admin(what, Method::GET, path, None).await?)?;
        Ok(rooms.joined_rooms)
    }

    /// How many devices are logged in.
    pub(crate) async fn sessions(&self, user: &str) -> Result<u32, Failure> {
        let what = "the devices of an account";
        let path = format!("{}/devices", user_path(user));
        let devices: Devices = read(what, self.admin(what, Method::GET, path, None).await?)?;
        Ok(u32::try_from(devices.devices.len()).unwrap_or(u32::MAX))
    }

    /// Leaves rooms as the account itself, which is the way that both servers have. Rooms that cannot be left are skipped:
    /// whoever asks looks again afterwards.
    pub(crate) async fn leave_rooms(&self, user: &str, rooms: &[String]) -> Result<(), Failure> {
        if rooms.is_empty() {
            return Ok(());
        }
        let what = "a borrowed session";
        let until = Timestamp::now().as_millisecond() + BORROWED;
        let path = format!("/_synapse/admin/v1/users/{}/login", segment(user));
        let login: Login = read(
            what,
            self.admin(what, Method::POST, path, Some(&json!({ "valid_until_ms": until }))).await?,
        )?;
        for room in rooms {
            let path = format!("/_matrix/client/v3/rooms/{}/leave", segment(room));
            let left = self
                .call("leaving a room", Method::POST, path, Some(&json!({})), Some(&login.access_token))
                .await;
            match left {
                Err(failure @ Failure::Refused { .. }) => {
                    tracing::warn!(cause = %failure, "a room was not left");
                }
                other => drop(other?),
            }
        }
        Ok(())
    }

    /// Ends an account. What it wrote stays.
    pub(crate) async fn end_account(&self, user: &str) -> Result<(), Failure> {
        let path = format!("/_synapse/admin/v1/deactivate/{}", segment(user));
        self.admin("the end of an account", Method::POST, path, Some(&json!({ "erase": false })))
            .await
            .map(drop)
    }
}

fn user_path(user: &str) -> String {
    format!("/_synapse/admin/v2/users/{}", segment(user))
}

/// Characters of a new user name (Matrix spec, appendices, "User Identifiers"), without the slash, which no path likes, and
/// without a leading underscore, which Synapse reserves.
pub(crate) fn is_localpart(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && !text.starts_with('_')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._=-+".contains(&byte))
}
