//! Complete settings of each daemon.

mod answer;
pub(crate) mod bot;
pub(crate) mod broker;
mod coturn;
mod discovery;
pub(crate) mod enrol;
mod guard;
mod livekit;
mod redis;
mod steer;
mod system;
mod token_service;
mod tuwunel;
mod wireguard;

use fleet::{Relay, Role};
use serde_json::{Map, Value};
use settings::core::Core;

use crate::{scene::Scene, traefik};

/// The `services` of a host, before local options are laid over them.
pub(crate) fn all(scene: &Scene<'_>) -> Map<String, Value> {
    let mut out = Map::new();
    let mut add = |unit: &str, settings: Value| {
        out.insert(unit.to_owned(), settings);
    };
    add("wg-fleet", wireguard::settings(scene));
    add("sshd", system::sshd());
    add("timesyncd", system::timesyncd());
    add("journald", system::journald(scene));
    match &scene.host.role {
        Role::Gateway(gateway) => {
            add("traefik", traefik::gateway(scene, gateway));
            if let Some(settings) = answer::gateway(scene, gateway) {
                add("rampart-answer", settings);
            }
        }
        Role::Core(core) => core_units(scene, core, &mut add),
        Role::Edge(edge) => {
            add("traefik", traefik::edge(scene, edge));
            add("livekit", livekit::edge(scene, edge));
            match Relay::from(edge.as_ref()) {
                Relay::Calls => add("coturn", coturn::edge(scene, edge)),
                Relay::Backbone => add("coturn", coturn::backbone(scene, edge)),
                Relay::Own => {}
            }
        }
        Role::Dmz(dmz) => {
            add("traefik", traefik::dmz(scene, dmz));
            add("rampart-answer", answer::dmz(scene, dmz));
            let homeserver = tuwunel::dmz(scene, dmz);
            add("rampart-guard", guard::dmz(scene, dmz, tuwunel::federates(&homeserver)));
            add("tuwunel", homeserver);
            if let Some(page_url) = enrol::page_url(dmz)
                && let Some(page) = enrol::dmz(scene, dmz)
            {
                add("rampart-broker", broker::dmz(scene, dmz, page_url));
                add("rampart-enrol", page);
            }
        }
    }
    out
}

fn core_units(scene: &Scene<'_>, core: &Core, add: &mut impl FnMut(&str, Value)) {
    let homeserver = tuwunel::core(scene, core);
    add("rampart-guard", guard::core(scene, core, tuwunel::federates(&homeserver)));
    add("tuwunel", homeserver);
    add("rampart-broker", broker::core(core));
    if let Some(bot) = bot::core(scene, core) {
        add("rampart-bot", bot);
    }
    if core.public_media {
        add("livekit", livekit::core(scene, core));
        add("coturn", coturn::core(scene, core));
    }
    if !scene.fleet.foci.is_empty() {
        add("rampart-steer", steer::settings(scene, core));
    }
    for focus in &scene.fleet.foci {
        add(&format!("rampart-jwt@{}", focus.name), token_service::settings(scene, focus));
    }
    for cluster in &scene.fleet.clusters {
        add(&format!("redis-{}", cluster.name), redis::settings(scene, cluster));
    }
}
