//! Steering: which media server a client is told first.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use fleet::{Focus, FocusKind, geography, ports};
use serde_json::Value;
use settings::{
    core::Core,
    steer::{self, Reach, Server, Steer},
};
use values::{Milliseconds, Name};

use super::discovery;
use crate::{host::value, scene::Scene};

/// Folder in which `rampart-steer drain` leaves its word; the unit's `StateDirectory` is above it.
const DRAIN_FOLDER: &str = "/var/lib/rampart-steer/draining";

/// The settings of steering, on the core.
pub(crate) fn settings(scene: &Scene<'_>, core: &Core) -> Value {
    let fleet = scene.fleet;
    let address = scene.host.host.tunnel_address;
    let options = &core.steering;
    let with_foci: BTreeSet<&Name> = fleet.foci.iter().map(|focus| &focus.region).collect();
    value(&Steer {
        listen: SocketAddr::from((address, ports::STEER)),
        local: SocketAddr::from((Ipv4Addr::LOCALHOST, ports::STEER_LOCAL)),
        trusted_proxies: scene.gateway_tunnel().map(IpAddr::V4).into_iter().collect(),
        document: discovery::document(&core.client_domain, &scene.host.audit),
        regions: fleet
            .regions
            .iter()
            .map(|(name, region)| steer::Region {
                name: name.clone(),
                networks: region.networks.clone(),
                countries: region.countries.clone(),
                position: region.position(),
                reach: with_foci.iter().map(|to| reach(scene, name, to)).collect(),
            })
            .collect(),
        default_region: options.default_region.clone(),
        foci: fleet.foci.iter().map(|focus| self::focus(scene, focus)).collect(),
        geoip_database: options.geoip_database.clone(),
        drain_folder: DRAIN_FOLDER.to_owned(),
        health: steer::Health {
            interval: options.health_interval,
            timeout: options.health_timeout,
            failures: options.health_failures,
            successes: options.health_successes,
        },
        max_connections: 4096,
        stop_timeout: options.stop_timeout,
        log_level: options.log,
    })
}

fn reach(scene: &Scene<'_>, from: &Name, to: &Name) -> Reach {
    let one_way = geography::one_way_ms(scene.fleet, from, to).map_or(f64::INFINITY, |(ms, _)| ms);
    // Tenths are all that the figures are good for.
    Reach { region: to.clone(), one_way_ms: Milliseconds::clamped((one_way * 10.0).round() / 10.0) }
}

fn focus(scene: &Scene<'_>, focus: &Focus) -> steer::Focus {
    steer::Focus {
        name: focus.name.clone(),
        region: focus.region.clone(),
        service_url: focus.service_url.clone(),
        place: scene.fleet.place_in_lists(focus),
        servers: focus.hosts.iter().filter_map(|host| server(scene, focus, host)).collect(),
    }
}

/// An edge is looked at as clients see it, by its Traefik and its certificate, but through the tunnel. The core's own media
/// server is on the same host, and its Traefik is on the gateway: it is asked directly.
fn server(scene: &Scene<'_>, focus: &Focus, name: &Name) -> Option<Server> {
    let host = scene.fleet.hosts.get(name)?;
    let at = |port| SocketAddr::from((host.host.tunnel_address, port));
    let is_core = focus.kind == FocusKind::Core;
    let (address, metrics) = if is_core {
        (SocketAddr::from((Ipv4Addr::LOCALHOST, ports::LIVEKIT_HEALTH)), at(ports::LIVEKIT_METRICS))
    } else {
        (at(ports::HTTPS), at(ports::HTTPS))
    };
    Some(Server {
        host: name.clone(),
        address,
        server_name: (!is_core).then(|| focus.domain.clone()),
        metrics,
        draining: host.is_draining(),
    })
}
