//! What people and tools want to know of a host at a glance.

use fleet::Role;
use serde_json::{Value, json};
use settings::host::RoleName;

use crate::scene::Scene;

/// The `facts` of a host.
pub(crate) fn of(scene: &Scene<'_>) -> Value {
    let host = &scene.host.host;
    let wave = wave(scene);
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
        "platform": scene.host.platform.kind,
        "stateVersion": host.state_version,
        "wave": wave,
        "tags": [host.role.to_string(), host.region.to_string(), format!("wave-{wave}")],
        "publicAddress": host.address,
        "publicAddress6": host.address6,
        "lanAddress": scene.lan_address(),
        "tunnelAddress": host.tunnel_address,
        "deployAddress": deploy_address(scene),
    })
}

/// Where administrators reach the host: directly where they are admitted, else through the tunnel.
fn deploy_address(scene: &Scene<'_>) -> String {
    let host = &scene.host.host;
    let direct = host.address.or_else(|| scene.lan_address());
    let admitted = !scene.host.base.admin_networks.is_empty();
    direct.filter(|_| admitted).unwrap_or(host.tunnel_address).to_string()
}

/// Position in the deploy order: edges first, never two of one region at once; then DMZ and gateway; the core last.
fn wave(scene: &Scene<'_>) -> usize {
    let turn = |name: &values::Name, region: &values::Name| {
        scene.fleet.edges().filter(|(edge, _)| edge.host.region == *region && edge.name < *name).count()
    };
    let edges = scene.fleet.edges().map(|(edge, _)| turn(&edge.name, &edge.host.region) + 1).max().unwrap_or(0);
    match scene.host.role_name() {
        RoleName::Edge => turn(&scene.host.name, &scene.host.host.region) + 1,
        RoleName::Dmz => edges + 1,
        RoleName::Gateway => edges + 2,
        RoleName::Core => edges + 3,
    }
}
