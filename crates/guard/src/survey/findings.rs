//! What is worth knowing about a room, from its state.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use settings::audit::{LOCK_LEVEL, LOCKED_EVENTS};

/// One room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Room {
    /// Its id.
    pub room: String,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// What is to be known about it.
    pub about: String,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Survey {
    /// Rooms looked at.
    pub rooms: usize,
    /// Encrypted rooms. Nobody but their members can read what is said in them, and that stays so.
    pub encrypted: Vec<Room>,
    /// Rooms in which somebody has the power to encrypt or to delete. There only the guard and the homeserver's switches hold.
    pub unlocked: Vec<Room>,
    /// Rooms of another version than the fleet's. From version 12 on the lock does not bind a room's creators.
    pub other_version: Vec<Room>,
    /// Accounts above every rule.
    pub administrators: Vec<String>,
}

impl Survey {
    /// Whether there is nothing to see to. Administrators there must be.
    pub fn is_clean(&self) -> bool {
        self.encrypted.is_empty() && self.unlocked.is_empty() && self.other_version.is_empty()
    }
}

/// A room as the list of rooms has it.
#[derive(Debug, Deserialize)]
pub(super) struct Listed {
    pub(super) room_id: String,
    #[serde(default)]
    name: Option<String>,
}

/// One state event. Other members are the homeserver's business.
#[derive(Debug, Deserialize)]
pub(super) struct Event {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    state_key: String,
    #[serde(default)]
    content: Value,
}

/// Adds what there is to say about a room.
pub(super) fn look(found: &mut Survey, listed: &Listed, state: &[Event], version: &str) {
    let content = |kind: &str| {
        let is_it = |event: &&Event| event.kind == kind && event.state_key.is_empty();
        state.iter().find(is_it).map(|event| &event.content)
    };
    let room = |about: String| Room { room: listed.room_id.clone(), name: listed.name.clone(), about };
    found.rooms += 1;
    if let Some(encryption) = content("m.room.encryption") {
        let algorithm = encryption["algorithm"].as_str().unwrap_or("without an algorithm");
        found.encrypted.push(room(algorithm.chars().take(64).collect()));
    }
    // Without the member it is version 1 (Matrix spec, m.room.create).
    let create = content("m.room.create");
    let own = create.and_then(|create| create["room_version"].as_str()).unwrap_or("1");
    if own != version {
        found.other_version.push(room(own.chars().take(32).collect()));
    }
    if let Some(gap) = gap(content("m.room.power_levels").unwrap_or(&Value::Null)) {
        found.unlocked.push(room(gap));
    }
}

/// Why power levels are no lock, if they are none.
fn gap(levels: &Value) -> Option<String> {
    let level = |value: &Value| {
        // Rooms up to version 9 may have levels as text (Matrix spec, rooms v10).
        value.as_i64().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()))
    };
    for kind in LOCKED_EVENTS {
        if level(&levels["events"][kind]).is_none_or(|needed| needed < LOCK_LEVEL) {
            return Some(format!("`{kind}` is not locked"));
        }
    }
    if level(&levels["redact"]).is_none_or(|needed| needed < LOCK_LEVEL) {
        return Some("`redact` is not locked".to_owned());
    }
    let everybody = level(&levels["users_default"]).unwrap_or(0);
    let users = levels["users"].as_object().into_iter().flatten();
    let highest = users.filter_map(|(_, value)| level(value)).fold(everybody, i64::max);
    (highest >= LOCK_LEVEL).then(|| format!("somebody has level {highest}"))
}

impl fmt::Display for Survey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} rooms", self.rooms)?;
        let parts = [
            ("already encrypted", &self.encrypted),
            ("without the lock", &self.unlocked),
            ("of another version", &self.other_version),
        ];
        for (title, rooms) in parts {
            writeln!(f, "{title}: {}", rooms.len())?;
            for Room { room, name, about } in rooms {
                let name = name.as_deref().map(|name| format!(" ({})", plain(name))).unwrap_or_default();
                writeln!(f, "  {}{name}: {}", plain(room), plain(about))?;
            }
        }
        write!(f, "server administrators: {}", self.administrators.len())?;
        self.administrators.iter().try_for_each(|user| write!(f, "\n  {}", plain(user)))
    }
}

/// Names come from users; nothing of them may steer a terminal.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '*' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Event, Listed, Survey, look};

    fn locked() -> Value {
        json!({
            "redact": 150, "users": { "@a:x": 100 },
            "events": { "m.room.encryption": 150, "m.room.redaction": 150 },
        })
    }

    /// What is said about a room with these contents.
    fn found(state: &[(&str, Value)]) -> Survey {
        let state =
            state.iter().map(|(kind, content)| json!({ "type": kind, "state_key": "", "content": content }));
        let state: Vec<Event> = state.map(|event| serde_json::from_value(event).unwrap()).collect();
        let listed: Listed =
            serde_json::from_value(json!({ "room_id": "!r:x", "name": "a\u{1b}[2J" })).unwrap();
        let mut survey = Survey::default();
        look(&mut survey, &listed, &state, "11");
        survey
    }

    fn version(version: &str) -> (&'static str, Value) {
        ("m.room.create", json!({ "room_version": version }))
    }

    #[test]
    fn a_locked_room_of_the_version_is_clean() {
        let survey = found(&[version("11"), ("m.room.power_levels", locked())]);
        assert!(survey.is_clean() && survey.rooms == 1, "{survey}");
    }

    #[test]
    fn encryption_is_seen_whatever_the_list_says() {
        let encryption = ("m.room.encryption", json!({ "algorithm": "m.megolm.v1.aes-sha2" }));
        let survey = found(&[version("11"), ("m.room.power_levels", locked()), encryption]);
        assert_eq!(survey.encrypted[0].about, "m.megolm.v1.aes-sha2");
        assert!(
            survey.to_string().contains("already encrypted: 1\n  !r:x (a*[2J): m.megolm.v1.aes-sha2"),
            "{survey}"
        );
    }

    #[test]
    fn other_versions_are_named() {
        let levels = ("m.room.power_levels", locked());
        assert_eq!(found(&[version("12"), levels.clone()]).other_version[0].about, "12");
        assert_eq!(found(&[("m.room.create", json!({})), levels]).other_version[0].about, "1");
    }

    #[test]
    fn each_gap_of_the_lock_is_named() {
        for (path, value, gap) in [
            ("/events/m.room.encryption", json!(100), "`m.room.encryption` is not locked"),
            ("/events/m.room.redaction", json!(null), "`m.room.redaction` is not locked"),
            ("/events/m.room.redaction", json!("149"), "`m.room.redaction` is not locked"),
            ("/redact", json!(50), "`redact` is not locked"),
            ("/users/@a:x", json!(150), "somebody has level 150"),
            ("/users", json!({ "@a:x": "200" }), "somebody has level 200"),
        ] {
            let mut levels = locked();
            *levels.pointer_mut(path).unwrap() = value;
            let survey = found(&[version("11"), ("m.room.power_levels", levels)]);
            assert_eq!(survey.unlocked[0].about, gap);
        }
        assert_eq!(found(&[version("11")]).unlocked[0].about, "`m.room.encryption` is not locked");
    }
}
