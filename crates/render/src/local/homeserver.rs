//! The final settings of the homeserver. A key that is absent has the daemon's own default, which is often the open one
//! (tuwunel 1.9.0: `tuwunel-example.toml`).

use serde_json::Value;

use super::view;

/// Where the settings stand.
const GLOBAL: &str = "services.tuwunel.global";

/// Whether this host has a homeserver.
pub(super) fn is_here(host: &Value) -> bool {
    view::at(host, GLOBAL).is_some()
}

/// Path of `key` for a complaint.
pub(super) fn path(key: &str) -> String {
    format!("{GLOBAL}.{key}")
}

/// The value of `key`.
pub(super) fn get<'h>(host: &'h Value, key: &str) -> Option<&'h Value> {
    view::at(host, GLOBAL)?.get(key).filter(|value| !value.is_null())
}

/// Whether the switch `key` is on; `default` is what the daemon does without the key. Always off without a homeserver.
pub(super) fn is_on(host: &Value, key: &str, default: bool) -> bool {
    is_here(host) && get(host, key).map_or(default, |value| value != &Value::Bool(false))
}
