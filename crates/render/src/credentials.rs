//! The secrets of a host: names, owners, modes, paths. Never values.

use std::{collections::BTreeMap, sync::LazyLock};

use serde_json::{Map, Value, json};

use crate::scene::Scene;

/// A secret with all its keys; to clone a table costs less than to hash them. systemd reads credentials as root, so nobody
/// else needs to.
static SHAPE: LazyLock<Value> = LazyLock::new(
    || json!({ "path": "", "owner": "root", "group": "root", "mode": "0400", "units": [], "shared": false }),
);

/// The `secrets` of a host, from what its units ask for.
pub(crate) fn of(scene: &Scene<'_>, units: &Map<String, Value>) -> Value {
    let mut users: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (unit, needs) in units {
        let secrets = needs["credentials"].as_object().into_iter().flat_map(Map::values);
        for secret in secrets.filter_map(Value::as_str) {
            users.entry(secret.to_owned()).or_default().push(unit.clone());
        }
    }
    // Asked for by hand or by the TPM when the disk is made and unlocked, by no unit.
    users.entry("luks-system".to_owned()).or_default();
    if scene.host.disk.guest_media_device.is_some() {
        users.entry("luks-guest-media".to_owned()).or_default();
    }
    let directory = &scene.host.secrets.directory;
    users
        .into_iter()
        .map(|(name, units)| {
            let mut entry = SHAPE.clone();
            entry["path"] = format!("{directory}/{name}").into();
            entry["units"] = units.into();
            entry["shared"] = is_shared(&name).into();
            (name, entry)
        })
        .collect::<Map<_, _>>()
        .into()
}

/// Whether both ends of something have the same value. Of any other secret each host has one of its own.
fn is_shared(name: &str) -> bool {
    ["livekit-keys-", "turn-secret-", "redis-", "broker-client-token-"]
        .iter()
        .any(|start| name.starts_with(start))
}
