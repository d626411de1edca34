//! Traefik: the static file, and the dynamic file with routers, services and middlewares.
//!
//! What decides here (traefik: pkg/muxer/http, pkg/server/router): a router that does not build is dropped and its
//! requests fall through to the next one. So no router catches all, every allow router repeats the condition of the
//! deny routers, and every priority is given and distinct. Expressions never use `.`, which does not match a newline.

mod dynamic;
mod matrix;
mod media;
mod statics;

use serde_json::Value;
use settings::{dmz::Dmz, edge::Edge, gateway::Gateway};

use crate::scene::Scene;
use dynamic::Dynamic;

/// Traefik of the gateway.
pub(crate) fn gateway(scene: &Scene<'_>, gateway: &Gateway) -> Value {
    let mut dynamic = Dynamic::new(scene);
    matrix::fleet(scene, gateway, &mut dynamic);
    media::gateway(scene, gateway, &mut dynamic);
    settings(scene, dynamic)
}

/// Traefik of an edge.
pub(crate) fn edge(scene: &Scene<'_>, edge: &Edge) -> Value {
    let mut dynamic = Dynamic::new(scene);
    media::edge(scene, edge, &mut dynamic);
    settings(scene, dynamic)
}

/// Traefik of a DMZ host.
pub(crate) fn dmz(scene: &Scene<'_>, dmz: &Dmz) -> Value {
    let mut dynamic = Dynamic::new(scene);
    matrix::tenant(scene, dmz, &mut dynamic);
    settings(scene, dynamic)
}

fn settings(scene: &Scene<'_>, dynamic: Dynamic) -> Value {
    Value::from_iter([("static", statics::file(scene)), ("dynamic", dynamic.file())])
}
