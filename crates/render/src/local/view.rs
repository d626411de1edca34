//! Short ways into the file of one host. Every path is dotted, as complaints show it; no key on these paths has a dot.

use std::net::IpAddr;

use serde_json::{Map, Value};
use values::Cidr;

/// What stands at `path`.
pub(super) fn at<'h>(host: &'h Value, path: &str) -> Option<&'h Value> {
    let mut keys = path.as_bytes().split(|byte| *byte == b'.');
    keys.try_fold(host, member).filter(|value| !value.is_null())
}

/// The member of this name. To hash a key costs more than to compare it with the few of nearly every table, and rules
/// look up hundreds.
fn member<'h>(value: &'h Value, name: &[u8]) -> Option<&'h Value> {
    let table = value.as_object()?;
    if table.len() > 16 {
        return table.get(str::from_utf8(name).ok()?);
    }
    table.iter().find_map(|(key, value)| (key.as_bytes() == name).then_some(value))
}

/// The text at `path`.
pub(super) fn text<'h>(host: &'h Value, path: &str) -> Option<&'h str> {
    at(host, path).and_then(Value::as_str)
}

/// The number at `path`.
pub(super) fn number(host: &Value, path: &str) -> Option<u64> {
    at(host, path).and_then(Value::as_u64)
}

/// Whether `path` leads to `true`.
pub(super) fn is_on(host: &Value, path: &str) -> bool {
    at(host, path) == Some(&Value::Bool(true))
}

/// The entries of the table at `path`, none when there is no table.
pub(super) fn table<'h>(host: &'h Value, path: &str) -> impl Iterator<Item = (&'h String, &'h Value)> {
    at(host, path).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

/// The texts of the list at `path`. A single text counts as a list of one, since some daemons take both.
pub(super) fn texts<'h>(host: &'h Value, path: &str) -> Vec<&'h str> {
    match at(host, path) {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(one)) => vec![one],
        _ => Vec::new(),
    }
}

/// The host's role.
pub(super) fn role(host: &Value) -> &str {
    text(host, "facts.role").unwrap_or_default()
}

/// Whether the audit profile is on.
pub(super) fn is_audited(host: &Value) -> bool {
    is_on(host, "options.audit.enable")
}

/// The network of the tunnel.
pub(super) fn tunnel(host: &Value) -> Option<Cidr> {
    text(host, "options.mesh.network")?.parse().ok()
}

/// Whether only this host and the tunnel reach a listener at `address`: loopback, or an address of the tunnel.
pub(super) fn is_inside(host: &Value, address: &str) -> bool {
    if address == "localhost" {
        return true;
    }
    let Ok(address) = address.trim_matches(['[', ']']).parse::<IpAddr>() else { return false };
    address.is_loopback() || tunnel(host).is_some_and(|tunnel| tunnel.contains(address))
}

/// The part of `address:port` before the port.
pub(super) fn without_port(listener: &str) -> &str {
    listener.rsplit_once(':').map_or(listener, |(address, _)| address)
}
