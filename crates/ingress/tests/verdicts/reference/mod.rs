//! A second opinion, written from the Matrix specification and not from the library: slow, suspicious, and short.
//!
//! It asks one question: could *any* reader of this request, however it decodes, trims, ignores case or merges slashes,
//! take it for something that the audit profile forbids? It is asked about what goes upstream. Where it says yes the
//! library must not have let the request through.

mod body;
mod json;
mod path;

use json::Json;

/// The switches.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Switches {
    pub(crate) blinding: bool,
    pub(crate) keys: bool,
    pub(crate) edits: bool,
}

/// Why a request must not reach the homeserver.
pub(crate) fn forbids(method: &str, target: &str, sent: &[u8], switches: Switches) -> Option<String> {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    path::readings(path).iter().find_map(|words| reading(method, words, sent, switches))
}

/// What is forbidden in one reading of the path.
fn reading(method: &str, words: &[String], sent: &[u8], switches: Switches) -> Option<String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let first = words.first().copied().unwrap_or_default();
    if ["_synapse", "_tuwunel", "_conduwuit"].contains(&first) {
        return Some("administration".to_owned());
    }
    let is_read = ["GET", "HEAD", "OPTIONS"].contains(&method);
    if matches!(words.as_slice(), [".well-known", "matrix", ..]) && is_read {
        return None;
    }
    if !matches!(words.as_slice(), ["_matrix", ..]) {
        return Some("no Matrix path".to_owned());
    }
    if words.get(1) == Some(&"client") && words.iter().skip(3).take(2).any(|word| *word == "admin") {
        // Below `v3`, or below `unstable` and a prefix. A user or a room may be called so further behind.
        let at_version = words.get(3) == Some(&"admin");
        let at_unstable = words.get(2) == Some(&"unstable") && words.get(4) == Some(&"admin");
        if at_version || at_unstable {
            return Some("administration".to_owned());
        }
    }
    if is_read {
        return None;
    }
    match words.get(1) {
        Some(&"federation" | &"key") => Some("federation".to_owned()),
        Some(&"client") => client(&words[2..], sent, switches),
        _ => None,
    }
}

const ENCRYPTS: &[&str] = &["m.room.encryption"];
const HIDES: &[&str] = &["m.room.encrypted", "m.encrypted", "org.matrix.msc1767.encrypted"];
/// Keys of rooms, from device to device: Matrix spec, `m.room_key` and `m.forwarded_room_key`; MSC4268.
const OPENS: &[&str] =
    &["m.room_key", "m.forwarded_room_key", "m.room_key_bundle", "io.element.msc4268.room_key_bundle"];
const REDACTS: &[&str] = &["m.room.redaction"];
const EXPIRES: &[&str] = &["m.room.retention", "org.matrix.msc1763.retention"];

/// Whether an event of that type must not exist.
fn event(kind: &str, switches: Switches) -> bool {
    let kind = path::plain(kind);
    let lists = [ENCRYPTS, HIDES, REDACTS, EXPIRES];
    lists.iter().any(|list| list.contains(&kind.as_str()))
        || (switches.blinding && ["m.room.tombstone", "m.room.server_acl"].contains(&kind.as_str()))
}

/// Asks about a body. One that cannot be read must not go on.
fn read(sent: &[u8], check: impl Fn(&Json) -> Option<String>) -> Option<String> {
    Json::read(sent).map_or_else(|| Some(body::unreadable()), |body| check(&body))
}

/// The same where an empty body is `{}` for homeservers.
fn read_or_empty(sent: &[u8], check: impl Fn(&Json) -> Option<String>) -> Option<String> {
    read(if sent.is_empty() { b"{}" } else { sent }, check)
}

/// Looks for the words of an endpoint anywhere behind the version, so that no prefix hides them.
fn client(words: &[&str], sent: &[u8], switches: Switches) -> Option<String> {
    let in_room = words.windows(3).position(|three| three[0] == "rooms").map(|at| &words[at + 2..]);
    let forbidden = match in_room.unwrap_or_default() {
        ["redact", ..] => Some("redacts".to_owned()),
        ["send" | "state", kind, ..] if event(kind, switches) => Some(format!("event {kind}")),
        ["state", "m.room.member", user, ..] => read(sent, |body| body::member(body, Some(user), switches)),
        ["state", "m.room.history_visibility", ..] if switches.blinding => read(sent, body::history),
        ["send", _, ..] if switches.edits => read(sent, body::edit),
        ["kick" | "ban"] => read_or_empty(sent, |body| body::member(body, None, switches)),
        ["upgrade"] if switches.blinding => Some("replaces the room".to_owned()),
        ["upgrade"] => read_or_empty(sent, body::upgrade),
        _ => None,
    };
    if forbidden.is_some() {
        return forbidden;
    }
    match words {
        // An endpoint of a user's account data ends in a type, which is no event in a room.
        [.., "account_data", _] => None,
        [_, "createroom"] => read_or_empty(sent, |body| body::create(body, switches)),
        [_, "account", "deactivate"] => read_or_empty(sent, body::deactivate),
        [_, "keys", "upload" | "claim"] | [_, "keys", _, "upload"] if switches.keys => {
            Some("keys".to_owned())
        }
        [_, "room_keys", ..] if switches.keys => Some("backup of keys".to_owned()),
        [_, "sendtodevice", kind, _] if switches.keys => {
            let kind = path::plain(kind);
            let lists = [HIDES, OPENS].concat();
            lists.contains(&kind.as_str()).then(|| "ciphertext or keys between devices".to_owned())
        }
        _ => None,
    }
}

pub(crate) use body::forbidden_type;
