//! The token service of one focus (lk-jwt-service): it checks a user's OpenID token, creates the room and signs the
//! token for the SFU (MSC4195).

use fleet::Focus;
use serde_json::{Value, json};

use crate::scene::Scene;

/// Settings of `rampart-jwt@<focus>`.
pub(crate) fn settings(scene: &Scene<'_>, focus: &Focus) -> Value {
    let own = scene.fleet.fleet.domain.to_string();
    let guests = scene.calling_tenants().map(|(_, tenant)| tenant.domain.to_string());
    let servers: Vec<String> = std::iter::once(own).chain(guests).collect();
    json!({
        "key": format!("livekit-keys-{}", focus.name),
        "environment": {
            // Told to clients and called by the service itself; on the core the name resolves into the tunnel.
            "LIVEKIT_URL": format!("wss://{}", focus.domain),
            "LIVEKIT_JWT_BIND": format!("{}:{}", scene.host.host.tunnel_address, focus.token_port),
            // Never `*`: whoever is listed may create rooms.
            "LIVEKIT_FULL_ACCESS_HOMESERVERS": servers.join(","),
        },
    })
}
