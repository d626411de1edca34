//! The Redis instance of an in-region cluster. What it holds outlives its own end, and the core's.
//!
//! A media server that has a room in memory says so without a look at Redis (livekit,
//! `pkg/service/roommanager.go`, `getOrCreateRoom`), and whoever joins is looked up there (`roomallocator.go`,
//! `ValidateCreateRoom`). With a Redis that came back empty nobody could join a call that goes on, nor, for the five
//! minutes that an empty room is kept, one that was just made. So each change is appended to a file, on the core's sealed
//! disk: a core that boots again is back within the time for which a media server keeps its rooms.

use fleet::Cluster;
use serde_json::{Value, json};

use crate::scene::Scene;

/// Settings of `redis-<cluster>`.
pub(crate) fn settings(scene: &Scene<'_>, cluster: &Cluster) -> Value {
    json!({
        "bind": [scene.host.host.tunnel_address],
        "port": cluster.redis_port,
        "password": format!("redis-{}", cluster.name),
        "settings": {
            "protected-mode": true,
            "maxmemory": "64mb",
            "maxmemory-policy": "noeviction",
            "dir": format!("/var/lib/redis-{}", cluster.name),
            "appendOnly": true,
            "appendfsync": "everysec",
            "auto-aof-rewrite-min-size": "4mb",
        },
    })
}
