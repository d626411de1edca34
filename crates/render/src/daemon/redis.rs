//! The Redis instance of an in-region cluster. It holds nothing that must survive.

use fleet::Cluster;
use serde_json::{Value, json};

use crate::scene::Scene;

/// Settings of `redis-<cluster>`.
pub(crate) fn settings(scene: &Scene<'_>, cluster: &Cluster) -> Value {
    json!({
        "bind": [scene.host.host.tunnel_address],
        "port": cluster.redis_port,
        "password": format!("redis-{}", cluster.name),
        "settings": { "protected-mode": true, "maxmemory": "64mb", "maxmemory-policy": "noeviction" },
    })
}
