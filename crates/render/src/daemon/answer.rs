//! What Traefik refuses is answered by `rampart-answer`, in words that clients show.

use std::net::{Ipv4Addr, SocketAddr};

use fleet::ports;
use serde_json::Value;
use settings::{
    answer::{Answer, SelfTest},
    discovery::Discovery,
    dmz::Dmz,
    gateway::Gateway,
    guard::{LogUsers, Policy, Registration},
    homeserver::{Homeserver, LogLevel},
};
use values::{Domain, Duration};

use super::discovery;
use crate::{host::value, scene::Scene};

/// The gateway speaks for the core's homeserver.
pub(crate) fn gateway(scene: &Scene<'_>, gateway: &Gateway) -> Option<Value> {
    let (_, core) = scene.fleet.core()?;
    let (audit, client) = (&scene.host.audit, &gateway.client_domain);
    let told = discovery::of(client, audit, &scene.foci_for_clients());
    let spoken_for = SpokenFor {
        homeserver: &core.homeserver,
        client,
        address: scene.core_tunnel()?,
        log_users: core.guard.log_users,
        registration: Registration::Everywhere,
    };
    Some(value(&settings(scene, &spoken_for, told)))
}

/// A DMZ host speaks for its own.
pub(crate) fn dmz(scene: &Scene<'_>, dmz: &Dmz) -> Value {
    let told = discovery::of(&dmz.domain, &scene.host.audit, &scene.foci_of_guests(dmz));
    let spoken_for = SpokenFor {
        homeserver: &dmz.homeserver,
        client: &dmz.domain,
        address: Ipv4Addr::LOCALHOST,
        log_users: dmz.guard.log_users,
        registration: Registration::EnrolSocketOnly,
    };
    value(&settings(scene, &spoken_for, told))
}

/// The homeserver whose clients are answered, and the guard before it.
struct SpokenFor<'a> {
    homeserver: &'a Homeserver,
    /// Name of the client API.
    client: &'a Domain,
    /// Where the guard is.
    address: Ipv4Addr,
    log_users: LogUsers,
    registration: Registration,
}

fn settings(scene: &Scene<'_>, spoken_for: &SpokenFor<'_>, told: Discovery) -> Answer {
    let &SpokenFor { homeserver, client, address, log_users, registration } = spoken_for;
    Answer {
        listen: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, ports::ANSWER))],
        metrics: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, ports::ANSWER_METRICS))),
        policy: Policy {
            audit: scene.host.audit.clone(),
            room_version: homeserver.room_version.clone(),
            federation: !homeserver.federate_with.is_empty(),
        },
        registration,
        guard: SocketAddr::from((address, ports::GUARD)),
        log_users,
        // The least rate that `gateway.limit` takes lets one request through in this time.
        retry_after: Duration::seconds(10),
        max_connections: 1024,
        self_test: SelfTest {
            entry: SocketAddr::from((Ipv4Addr::LOCALHOST, ports::HTTPS)),
            client: client.clone(),
            patience: Duration::minutes(5),
        },
        discovery: Some(told),
        log_level: LogLevel::Info,
    }
}
