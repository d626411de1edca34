//! What units need besides their settings: credentials, environment, order.

use std::{collections::BTreeSet, net::IpAddr};

use fleet::{Relay, Role, ports};
use serde_json::{Map, Value, json};
use settings::{core::Accounts, region::MediaMode};

use values::Name;

use crate::{
    confinement,
    daemon::{bot, broker},
    scene::Scene,
};

/// The `units` of a host: one entry for each of its services, and what follows for it.
pub(crate) fn of(scene: &Scene<'_>, services: &Map<String, Value>) -> Map<String, Value> {
    services
        .iter()
        .map(|(unit, settings)| {
            let mut out = Map::new();
            out.insert("credentials".into(), credentials(scene, unit).into());
            let made = made_here(unit);
            if !made.is_empty() {
                out.insert("made".into(), made.into());
            }
            let before: Vec<_> = after(unit).iter().filter(|name| services.contains_key(**name)).collect();
            out.insert("after".into(), json!(before));
            if unit == "livekit" {
                out.insert("health".into(), health(settings));
            }
            if unit == "tuwunel"
                && let Some(environment) = homeserver_environment(scene)
            {
                out.insert("environment".into(), environment);
            }
            let bot = scene.core_tunnel().map(IpAddr::V4).filter(|_| matches!(scene.host.role, Role::Dmz(_)));
            if let Some(walls) = confinement::of(unit, settings, bot) {
                out.insert("confinement".into(), json!(walls));
            }
            let reloaded = confinement::reloaded(unit);
            if !reloaded.is_empty() {
                out.insert("reloaded".into(), json!(reloaded));
            }
            (unit.clone(), Value::Object(out))
        })
        .collect()
}

/// Units of ours that must have been started before, if the host has them. Being late never kills a unit for good: modules
/// restart always.
fn after(unit: &str) -> &'static [&'static str] {
    match unit.split('@').next().unwrap_or(unit) {
        "wg-fleet" | "timesyncd" | "journald" | "rampart-answer" => &[],
        "rampart-guard" | "rampart-broker" => &["wg-fleet", "tuwunel"],
        "rampart-enrol" => &["rampart-guard", "rampart-broker"],
        "rampart-bot" => &["wg-fleet", "rampart-guard", "rampart-broker"],
        // What was started before is stopped after: signalling and relayed media outlive the calls that a host that
        // goes down still waits for.
        "livekit" => &["wg-fleet", "traefik", "coturn"],
        _ => &["wg-fleet"],
    }
}

/// The way by which steering looks at the media server: from `listen` to `to`. It is closed before the server is told to
/// stop, so that people are sent elsewhere while the last calls on it go on. The server itself answers on and on
/// (livekit: pkg/service/server.go).
fn health(livekit: &Value) -> Value {
    let address = livekit["bind_addresses"][0].as_str().unwrap_or("127.0.0.1");
    json!({ "listen": format!("127.0.0.1:{}", ports::LIVEKIT_HEALTH), "to": format!("{address}:{}", livekit["port"]) })
}

/// Credential name inside the unit → secret name.
fn credentials(scene: &Scene<'_>, unit: &str) -> Map<String, Value> {
    let mut out = Map::new();
    let mut give = |name: &str, secret: String| {
        out.insert(name.to_owned(), secret.into());
    };
    match (unit, &scene.host.role) {
        ("wg-fleet", _) => give("private-key", "wireguard-private".into()),
        ("traefik", _) if scene.host.is_brought_a_certificate() => give("tls-web", "tls-web".into()),
        ("livekit", _) => livekit(scene, &mut give),
        ("coturn", _) => {
            for (index, secret) in turn_secrets(scene).into_iter().enumerate() {
                give(&format!("secret-{index}"), secret);
            }
            if let Some(relay) = scene.host.relay() {
                give("tls", relay.certificate().into());
            }
        }
        ("tuwunel", Role::Core(core)) => {
            if scene.fleet.call_relay().is_some() {
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
        ("rampart-broker", Role::Core(core)) => {
            give("homeserver-bootstrap", "homeserver-bootstrap".into());
            if broker::asks_directory(core) {
                give("ldap-bind", "ldap-bind".into());
            }
        }
        ("rampart-broker", Role::Dmz(dmz)) => {
            give("homeserver-bootstrap", "homeserver-bootstrap".into());
            give("sentinel-token", "sentinel-token".into());
            give("client-token", format!("broker-client-token-{}", dmz.tenant));
        }
        ("rampart-bot", _) => {
            for (_, dmz) in scene.fleet.dmzs() {
                give(&bot::credential(&dmz.tenant), format!("broker-client-token-{}", dmz.tenant));
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

/// Credential name inside the unit → file that another unit of this host makes. Nobody else has it, so it is no secret that
/// is handed to the host.
fn made_here(unit: &str) -> Map<String, Value> {
    let made = if unit == bot::UNIT { Some(("token".to_owned(), broker::BOT_TOKEN.into())) } else { None };
    made.into_iter().collect()
}

fn livekit(scene: &Scene<'_>, give: &mut impl FnMut(&str, String)) {
    let Some(focus) = scene.focus() else { return };
    give("keys", format!("livekit-keys-{}", focus.name));
    if let Role::Edge(edge) = &scene.host.role {
        if edge.mode == MediaMode::Cluster {
            give("redis-password", format!("redis-{}", edge.focus));
        }
        if Relay::from(edge.as_ref()).is_coturn() {
            give("turn-secret", format!("turn-secret-{}", edge.focus));
        }
    }
}

/// Secrets that the coturn of this host accepts, one for each program that hands out credentials: of 1:1 calls the
/// homeservers, and the media server of an edge; in backbone mode every media server.
pub(crate) fn turn_secrets(scene: &Scene<'_>) -> Vec<String> {
    let secret = |name: &Name| format!("turn-secret-{name}");
    let own = match &scene.host.role {
        Role::Edge(edge) => Some(&edge.focus),
        Role::Core(_) | Role::Gateway(_) | Role::Dmz(_) => None,
    };
    match scene.host.relay() {
        Some(Relay::Calls) => {
            let tenants = scene.calling_tenants().map(|(tenant, _)| secret(tenant));
            std::iter::once("turn-secret-core".to_owned()).chain(tenants).chain(own.map(secret)).collect()
        }
        Some(Relay::Backbone) => {
            let foci: BTreeSet<&Name> =
                scene.fleet.edges_in(MediaMode::Backbone).map(|(_, edge)| &edge.focus).collect();
            foci.into_iter().map(secret).collect()
        }
        Some(Relay::Own) | None => Vec::new(),
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
