//! The texts in settings, one by one, and what their keys and values look like when they hold a secret.

use std::fmt;

use serde_json::Value;

/// One text in the file of a host.
pub struct Leaf<'w, 'v> {
    /// The file.
    pub(super) host: &'v Value,
    /// Where the text stands.
    pub(super) trail: &'w Trail<'v>,
    /// What it is.
    pub(super) text: &'v str,
}

/// Where a value stands, as keys from the top.
pub(super) struct Trail<'v>(Vec<Key<'v>>);

/// One step.
#[derive(Clone, Copy)]
enum Key<'v> {
    Name(&'v str),
    Index(usize),
}

impl<'v> Trail<'v> {
    /// Names from the value upwards; places in lists do not count.
    fn names(&self) -> impl Iterator<Item = &'v str> {
        self.0.iter().rev().filter_map(|key| match key {
            Key::Name(name) => Some(*name),
            Key::Index(_) => None,
        })
    }

    /// Whether the value holds a secret itself, as far as its key tells. LiveKit's `keys` is a table of them.
    pub(super) fn is_secret(&self) -> bool {
        let mut names = self.names();
        names.next().is_some_and(is_secret) || (names.next() == Some("keys") && self.is_below("livekit"))
    }

    /// The key that the value is under, or that its list is under.
    pub(super) fn key(&self) -> &'v str {
        self.names().next().unwrap_or_default()
    }

    /// Whether the value names a file with a secret in it.
    pub(super) fn names_a_file(&self) -> bool {
        let key = self.key();
        ["_file", "-file", "File"].iter().any(|end| key.ends_with(end)) || matches!(key, "pkey" | "key")
    }

    /// Whether the value is a setting of a daemon.
    pub(super) fn is_in_services(&self) -> bool {
        matches!(self.0.first(), Some(Key::Name("services")))
    }

    /// Whether the value is a setting of this unit.
    pub(super) fn is_setting_of(&self, unit: &str) -> bool {
        self.is_in_services() && self.is_below(unit)
    }

    fn is_below(&self, unit: &str) -> bool {
        matches!(self.0.get(1), Some(Key::Name(name)) if *name == unit)
    }
}

impl fmt::Display for Trail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, key) in self.0.iter().enumerate() {
            f.write_str(if depth == 0 { "" } else { "." })?;
            match key {
                Key::Name(name) => f.write_str(name)?,
                Key::Index(index) => index.fmt(f)?,
            }
        }
        Ok(())
    }
}

/// Parts of the file in which texts are looked at. The others have forms of their own.
const PARTS: [&str; 5] = ["services", "units", "files", "options", "facts"];

/// Calls `visit` with every text.
pub(super) fn each<'v>(host: &'v Value, mut visit: impl FnMut(&Leaf<'_, 'v>)) {
    for part in PARTS {
        let Some(value) = host.get(part) else { continue };
        walk(value, &mut Trail(vec![Key::Name(part)]), &mut |trail, text| visit(&Leaf { host, trail, text }));
    }
}

fn walk<'v>(value: &'v Value, trail: &mut Trail<'v>, visit: &mut impl FnMut(&Trail<'v>, &'v str)) {
    let mut inner = |key, value| {
        trail.0.push(key);
        walk(value, trail, visit);
        trail.0.pop();
    };
    match value {
        Value::Object(table) => table.iter().for_each(|(key, value)| inner(Key::Name(key), value)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, value)| inner(Key::Index(index), value));
        }
        Value::String(text) => visit(trail, text),
        _ => {}
    }
}

/// Whether a key holds a secret itself. With an ending such as `_file` it holds where that is.
pub(super) fn is_secret(key: &str) -> bool {
    matches!(
        key,
        "static-auth-secret"
            | "turn_secret"
            | "turn_password"
            | "registration_token"
            | "registration_shared_secret"
            | "emergency_password"
            | "requirepass"
            | "requirePass"
            | "masterauth"
            | "client_secret"
            | "bind_password"
            | "mas_secret"
            | "sentinel_password"
            | "cli-password"
            | "password"
            | "secret"
            | "credential"
            | "private_key"
            | "privateKey"
            | "presharedKey"
            | "LIVEKIT_KEY"
            | "LIVEKIT_KEYS"
            | "LIVEKIT_SECRET"
            | "REDIS_PASSWORD"
            | "api_secret"
            | "access_token"
    )
}

/// Whether the text holds a private key, wherever it stands.
pub(super) fn holds_key(text: &str) -> bool {
    text.contains("PRIVATE KEY-----") || text.contains("AGE-SECRET-KEY-")
}
