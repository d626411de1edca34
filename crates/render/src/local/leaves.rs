//! Walking through settings, and what their keys and values look like when they hold a secret.

use serde_json::Value;

/// Calls `visit` with the dotted path of every value that is neither a table nor a list.
pub(super) fn each(value: &Value, path: &str, visit: &mut impl FnMut(&str, &Value)) {
    walk(value, &mut path.to_owned(), visit);
}

fn walk(value: &Value, path: &mut String, visit: &mut impl FnMut(&str, &Value)) {
    let length = path.len();
    let mut inner = |key: &str, value: &Value, visit: &mut _| {
        path.push('.');
        path.push_str(key);
        walk(value, path, visit);
        path.truncate(length);
    };
    match value {
        Value::Object(table) => table.iter().for_each(|(key, value)| inner(key, value, visit)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, value)| inner(&index.to_string(), value, visit));
        }
        leaf => visit(path, leaf),
    }
}

/// Keys that hold a secret itself. With an ending such as `_file` they hold where it is.
const SECRET: [&str; 26] = [
    "static-auth-secret",
    "turn_secret",
    "turn_password",
    "registration_token",
    "registration_shared_secret",
    "emergency_password",
    "requirepass",
    "requirePass",
    "masterauth",
    "client_secret",
    "bind_password",
    "mas_secret",
    "sentinel_password",
    "cli-password",
    "password",
    "secret",
    "credential",
    "private_key",
    "privateKey",
    "presharedKey",
    "LIVEKIT_KEY",
    "LIVEKIT_KEYS",
    "LIVEKIT_SECRET",
    "REDIS_PASSWORD",
    "api_secret",
    "access_token",
];

/// Whether the last key of the path holds a secret. LiveKit's `keys` is a table of them.
pub(super) fn is_secret(path: &str) -> bool {
    let mut keys = path.rsplit('.').skip_while(|key| key.parse::<usize>().is_ok());
    let (last, above) = (keys.next().unwrap_or_default(), keys.next().unwrap_or_default());
    SECRET.contains(&last) || (above == "keys" && path.starts_with("services.livekit."))
}

/// Whether the text holds a private key, wherever it stands.
pub(super) fn holds_key(text: &str) -> bool {
    text.contains("PRIVATE KEY-----") || text.contains("AGE-SECRET-KEY-")
}

/// Whether the last key of the path names a file with a secret in it.
pub(super) fn names_a_file(path: &str) -> bool {
    let key = path.rsplit('.').next().unwrap_or_default();
    ["_file", "-file", "File"].iter().any(|end| key.ends_with(end)) || matches!(key, "pkey" | "key")
}
