//! Routers of token services, SFU signalling and TURN over TLS.

use fleet::{ResolvedHost, ports};
use serde_json::json;
use settings::{edge::Edge, gateway::Gateway};

use super::dynamic::{Dynamic, Router};
use crate::scene::Scene;

/// Paths of signalling that clients need (livekit: pkg/service/server.go).
const SIGNALLING: &str =
    "(Path(`/rtc`) || Path(`/rtc/v1`) || Path(`/rtc/validate`) || Path(`/rtc/v1/validate`))";

/// Room management, for the token service alone.
const ROOMS: &str = "PathPrefix(`/twirp/livekit.RoomService/`)";

/// Paths of a token service below its prefix (lk-jwt-service: handler). `/sfu_webhook` is not for clients.
const TOKEN_PATHS: [&str; 4] = ["sfu/get", "get_token", "delegate_delayed_leave", "healthz"];

/// Lowest priority of the token services' routers, above all others; each focus adds its index. They have a host name of
/// their own, so their order against the others does not matter.
const TOKEN_PRIORITY: u32 = 10_000;

/// Token services, the core's focus and its relay.
pub(super) fn gateway(scene: &Scene<'_>, gateway: &Gateway, dynamic: &mut Dynamic) {
    let core = gateway.core_address;
    for focus in &scene.fleet.foci {
        let name = format!("token-{}", focus.name);
        let paths: Vec<String> =
            TOKEN_PATHS.iter().map(|path| format!("Path(`/{}/{path}`)", focus.name)).collect();
        let strip = format!("strip-{}", focus.name);
        dynamic.middleware(&strip, json!({ "stripPrefix": { "prefixes": [format!("/{}", focus.name)] } }));
        dynamic.service(&name, &[format!("http://{core}:{}", focus.token_port)]);
        dynamic.allow(&Router {
            name: &name,
            priority: TOKEN_PRIORITY + u32::from(focus.index),
            rule: format!("Host(`{}`) && ({})", gateway.rtc_domain, paths.join(" || ")),
            middlewares: &[&strip],
            service: &name,
        });
    }
    let Some((host, settings)) = scene.fleet.core().filter(|(_, core)| core.public_media) else { return };
    if let Some(focus) = scene.fleet.focus_of(&host.name) {
        let upstream = format!("http://{core}:{}", settings.livekit.signal_port);
        signalling(focus.domain.as_str(), &upstream, &core.to_string(), dynamic);
    }
    let address = format!("{core}:{}", settings.turn.tls_port);
    turn(scene, host, &address, dynamic);
}

/// Signalling of an edge, and TURN over TLS beside it.
pub(super) fn edge(scene: &Scene<'_>, edge: &Edge, dynamic: &mut Dynamic) {
    let upstream = format!("http://127.0.0.1:{}", edge.livekit.signal_port);
    let core = edge.core_address.to_string();
    signalling(edge.focus_domain.as_str(), &upstream, &core, dynamic);
    steering(edge.focus_domain.as_str(), &core, dynamic);
    let address = format!("127.0.0.1:{}", edge.turn.tls_port);
    turn(scene, scene.host, &address, dynamic);
}

/// TURN over TLS by server name. coturn ends TLS itself and holds its own certificate; `LiveKit` expects plain TURN behind
/// whoever ends it (`external_tls`).
fn turn(scene: &Scene<'_>, host: &ResolvedHost, address: &str, dynamic: &mut Dynamic) {
    if let Some(relay) = host.relay() {
        dynamic.tcp("turn", &scene.name_under(&relay.label(&host.name)), address, relay.is_coturn());
    }
}

/// What steering on the core reads of an edge: whether it is well, and how many people are on it. The root path of the
/// media server says the one (livekit: pkg/service/server.go, `healthCheck`), its metrics the other.
fn steering(domain: &str, core: &str, dynamic: &mut Dynamic) {
    dynamic.service("livekit-health", &[format!("http://127.0.0.1:{}", ports::LIVEKIT_HEALTH)]);
    dynamic.service("livekit-metrics", &[format!("http://127.0.0.1:{}", ports::LIVEKIT_METRICS)]);
    for (name, priority, path, service) in [
        ("livekit-health", 2700, "/", "livekit-health"),
        ("livekit-metrics", 2600, "/metrics", "livekit-metrics"),
    ] {
        let rule = format!("Host(`{domain}`) && ClientIP(`{core}`) && Path(`{path}`)");
        dynamic.allow(&Router { name, priority, rule, middlewares: &[], service });
    }
}

fn signalling(domain: &str, upstream: &str, core: &str, dynamic: &mut Dynamic) {
    dynamic.service("livekit", &[upstream.to_owned()]);
    dynamic.allow(&Router {
        name: "livekit-signalling",
        priority: 2900,
        rule: format!("Host(`{domain}`) && {SIGNALLING}"),
        middlewares: &[],
        service: "livekit",
    });
    // Everybody else gets 404, as for every path without a router.
    dynamic.allow(&Router {
        name: "livekit-rooms",
        priority: 2800,
        rule: format!("Host(`{domain}`) && ClientIP(`{core}`) && {ROOMS}"),
        middlewares: &[],
        service: "livekit",
    });
}
