//! What units need besides their settings: credentials, environment, order.

use fleet::{Role, ports};
use serde_json::{Map, Value, json};
use settings::{core::Accounts, region::MediaMode};

use crate::scene::Scene;

/// The `units` of a host: one entry for each of its services, and what follows for it.
pub(crate) fn of(scene: &Scene<'_>, services: &Map<String, Value>) -> Map<String, Value> {
    services
        .keys()
        .map(|unit| {
            let credentials = credentials(scene, unit);
            let mut out = Map::new();
            out.insert("credentials".into(), json!(credentials));
            out.insert("after".into(), json!(after(unit)));
            if unit == "tuwunel"
                && let Some(environment) = homeserver_environment(scene)
            {
                out.insert("environment".into(), environment);
            }
            (unit.clone(), Value::Object(out))
        })
        .collect()
}

/// Units of ours that must have been started before. Being late never kills a unit for good: modules restart always.
fn after(unit: &str) -> &'static [&'static str] {
    match unit.split('@').next().unwrap_or(unit) {
        "wg-fleet" | "timesyncd" | "journald" => &[],
        "rampart-guard" => &["wg-fleet", "tuwunel"],
        _ => &["wg-fleet"],
    }
}

/// Credential name inside the unit → secret name.
fn credentials(scene: &Scene<'_>, unit: &str) -> Map<String, Value> {
    let mut out = Map::new();
    let mut give = |name: &str, secret: String| {
        out.insert(name.to_owned(), secret.into());
    };
    match (unit, &scene.host.role) {
        ("wg-fleet", _) => give("private-key", "wireguard-private".into()),
        ("traefik", _) if scene.host.tls.acme_email.is_none() => give("tls-web", "tls-web".into()),
        ("livekit", _) => livekit(scene, &mut give),
        ("coturn", role) => {
            for (index, secret) in turn_secrets(scene).into_iter().enumerate() {
                give(&format!("secret-{index}"), secret);
            }
            let name = if matches!(role, Role::Core(_)) { "tls-turn" } else { "tls-relay" };
            give("tls", name.into());
        }
        ("tuwunel", Role::Core(core)) => {
            if core.public_media {
                give("turn-secret", "turn-secret-core".into());
            }
            match core.accounts {
                Accounts::Admin => {}
                Accounts::Token => give("sentinel-token", "sentinel-token".into()),
                Accounts::Oidc => give("oidc-client", "oidc-client".into()),
                Accounts::Ldap => give("ldap-bind", "ldap-bind".into()),
            }
        }
        ("tuwunel", Role::Dmz(dmz)) => {
            give("sentinel-token", "sentinel-token".into());
            if scene.calling_tenants().any(|(tenant, _)| *tenant == dmz.tenant) {
                give("turn-secret", format!("turn-secret-{}", dmz.tenant));
            }
        }
        (unit, _) => {
            if let Some(focus) = unit.strip_prefix("rampart-jwt@") {
                give("key", format!("livekit-keys-{focus}"));
            } else if let Some(cluster) = unit.strip_prefix("redis-") {
                give("password", format!("redis-{cluster}"));
            }
        }
    }
    out
}

fn livekit(scene: &Scene<'_>, give: &mut impl FnMut(&str, String)) {
    let Some(focus) = scene.focus() else { return };
    give("keys", format!("livekit-keys-{}", focus.name));
    if let Role::Edge(edge) = &scene.host.role {
        match edge.mode {
            MediaMode::Cluster => give("redis-password", format!("redis-{}", edge.focus)),
            MediaMode::Backbone => give("turn-secret", format!("turn-secret-{}", edge.focus)),
            MediaMode::MultiSfu => {}
        }
    }
}

/// Secrets that the coturn of this host accepts: on the core one for each homeserver, in backbone mode one for each SFU.
pub(crate) fn turn_secrets(scene: &Scene<'_>) -> Vec<String> {
    match &scene.host.role {
        Role::Core(_) => {
            let tenants = scene.calling_tenants().map(|(tenant, _)| format!("turn-secret-{tenant}"));
            std::iter::once("turn-secret-core".to_owned()).chain(tenants).collect()
        }
        Role::Edge(_) => {
            let backbone = scene.fleet.edges_in(MediaMode::Backbone);
            let mut secrets: Vec<String> =
                backbone.map(|(_, edge)| format!("turn-secret-{}", edge.focus)).collect();
            secrets.sort();
            secrets.dedup();
            secrets
        }
        Role::Gateway(_) | Role::Dmz(_) => Vec::new(),
    }
}

/// The second listener of `audit.reads = "direct"`. By environment, because nixpkgs asserts against a socket and an
/// address in the settings (nixpkgs: nixos/modules/services/matrix/tuwunel.nix).
fn homeserver_environment(scene: &Scene<'_>) -> Option<Value> {
    (scene.host.audit.reads_directly() && matches!(scene.host.role, Role::Core(_))).then(|| {
        json!({
            "TUWUNEL_ADDRESS": scene.host.host.tunnel_address.to_string(),
            "TUWUNEL_PORT": ports::DIRECT_READS.to_string(),
            "TUWUNEL_IP_SOURCE": "rightmost_x_forwarded_for",
        })
    })
}
