//! What people and tools want to know of a host at a glance.

use fleet::{ResolvedHost, Role};
use serde_json::{Value, json};

use crate::scene::{Scene, v4};

/// The `facts` of a host.
pub(crate) fn of(scene: &Scene<'_>) -> Value {
    let host = &scene.host.host;
    let wave = scene.fleet.wave_of(&scene.host.name);
    let domain = match &scene.host.role {
        Role::Dmz(dmz) => &dmz.domain,
        _ => &scene.fleet.fleet.domain,
    };
    json!({
        "fleet": scene.fleet.fleet.name,
        "host": scene.host.name,
        "role": host.role,
        "region": host.region,
        "tenant": host.tenant,
        "domain": domain,
        "focus": scene.focus().map(|focus| &focus.name),
        "system": host.architecture.nix_system(),
        "stateVersion": host.state_version,
        "wave": wave,
        "tags": [host.role.to_string(), host.region.to_string(), format!("wave-{wave}")],
        "publicAddress": host.address,
        "publicAddress6": host.address6,
        "lanAddress": scene.lan_address(),
        "tunnelAddress": host.tunnel_address,
        "deployAddress": deploy_address(scene.host),
    })
}

/// Where administrators reach the host: directly where they are admitted, else through the tunnel.
pub fn deploy_address(of: &ResolvedHost) -> String {
    let host = &of.host;
    let direct = host.address.or_else(|| host.lan.and_then(v4));
    let admitted = !of.base.admin_networks.is_empty();
    direct.filter(|_| admitted).unwrap_or(host.tunnel_address).to_string()
}
