//! The guard.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use fleet::ports;
use serde_json::Value;
use settings::{
    core::Core,
    dmz::Dmz,
    guard::{Guard, Registration},
    homeserver::{GuardLimits, Homeserver},
};
use values::Duration;

use crate::{daemon::tuwunel::SOCKET, host::value, scene::Scene};

/// Socket of the enrolment page.
const ENROL_SOCKET: &str = "/run/rampart-guard/enrol.sock";

/// The guard of the core listens in the tunnel; only the gateway gets there.
pub(crate) fn core(scene: &Scene<'_>, core: &Core) -> Value {
    let address = scene.host.host.tunnel_address;
    let proxies = scene.gateway_tunnel().map(IpAddr::V4).into_iter().collect();
    value(&configuration(address, proxies, &core.homeserver, &core.guard, None))
}

/// The guard of a DMZ host listens on loopback, behind the Traefik beside it.
pub(crate) fn dmz(dmz: &Dmz) -> Value {
    let proxies = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    value(&configuration(Ipv4Addr::LOCALHOST, proxies, &dmz.homeserver, &dmz.guard, Some(ENROL_SOCKET)))
}

fn configuration(
    address: Ipv4Addr,
    trusted_proxies: Vec<IpAddr>,
    homeserver: &Homeserver,
    limits: &GuardLimits,
    enrol_socket: Option<&str>,
) -> Guard {
    let registration = match enrol_socket {
        Some(_) => Registration::EnrolSocketOnly,
        None => Registration::Everywhere,
    };
    Guard {
        listen: vec![SocketAddr::from((address, ports::GUARD))],
        enrol_socket: enrol_socket.map(str::to_owned),
        upstream_socket: SOCKET.to_owned(),
        trusted_proxies,
        registration,
        max_connections: u32::try_from(limits.max_connections.get()).unwrap_or_default(),
        max_header_bytes: 65_536,
        max_body_bytes: u64::try_from(homeserver.max_request_size.get()).unwrap_or_default(),
        upstream_connect_timeout: Duration::seconds(5),
        // Longer than Traefik keeps an idle connection (90 s), or reused connections break.
        header_timeout: Duration::minutes(2),
        stop_timeout: limits.stop_timeout,
        log_level: limits.log,
    }
}
