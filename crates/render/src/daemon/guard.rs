//! The guard.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use fleet::ports;
use serde_json::Value;
use settings::{
    core::Core,
    dmz::Dmz,
    guard::{Guard, Policy, Registration},
    homeserver::{GuardLimits, Homeserver},
};
use values::Duration;

use crate::{daemon::tuwunel::SOCKET, host::value, scene::Scene};

/// Socket of the enrolment page.
pub(super) const ENROL_SOCKET: &str = "/run/rampart-guard/enrol.sock";

/// The guard of the core listens in the tunnel; only the gateway gets there.
pub(crate) fn core(scene: &Scene<'_>, core: &Core, federation: bool) -> Value {
    let address = scene.host.host.tunnel_address;
    let proxies = scene.gateway_tunnel().map(IpAddr::V4).into_iter().collect();
    let policy = policy(scene, &core.homeserver, federation);
    value(&configuration(address, proxies, &core.homeserver, &core.guard, policy))
}

/// The guard of a DMZ host listens on loopback, behind the Traefik beside it; accounts are made through its socket.
pub(crate) fn dmz(scene: &Scene<'_>, dmz: &Dmz, federation: bool) -> Value {
    let proxies = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    let policy = policy(scene, &dmz.homeserver, federation);
    value(&Guard {
        enrol_socket: Some(ENROL_SOCKET.to_owned()),
        registration: Registration::EnrolSocketOnly,
        ..configuration(Ipv4Addr::LOCALHOST, proxies, &dmz.homeserver, &dmz.guard, policy)
    })
}

/// What requests are judged by. `federation` as the homeserver itself is told.
fn policy(scene: &Scene<'_>, homeserver: &Homeserver, federation: bool) -> Policy {
    Policy { audit: scene.host.audit.clone(), room_version: homeserver.room_version.clone(), federation }
}

fn configuration(
    address: Ipv4Addr,
    trusted_proxies: Vec<IpAddr>,
    homeserver: &Homeserver,
    limits: &GuardLimits,
    policy: Policy,
) -> Guard {
    Guard {
        listen: vec![SocketAddr::from((address, ports::GUARD))],
        metrics: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, ports::GUARD_METRICS))),
        enrol_socket: None,
        upstream_socket: SOCKET.to_owned(),
        trusted_proxies,
        registration: Registration::Everywhere,
        policy,
        max_connections: u32::try_from(limits.max_connections.get()).unwrap_or_default(),
        max_header_bytes: 65_536,
        max_body_bytes: u64::try_from(homeserver.max_request_size.get()).unwrap_or_default(),
        upstream_connect_timeout: Duration::seconds(5),
        // Longer than Traefik keeps an idle connection (90 s), or reused connections break.
        header_timeout: Duration::minutes(2),
        stop_timeout: limits.stop_timeout,
        log_users: limits.log_users,
        log_level: limits.log,
    }
}
