//! What Traefik refuses is answered by `rampart-answer`, in words that clients show.

use std::net::{Ipv4Addr, SocketAddr};

use fleet::ports;
use serde_json::Value;
use settings::{
    answer::{Answer, SelfTest},
    discovery::Discovery,
    dmz::Dmz,
    gateway::Gateway,
    guard::{Policy, Registration},
    homeserver::{Homeserver, LogLevel},
};
use values::{Domain, Duration};

use crate::{host::value, scene::Scene};

/// The gateway speaks for the core's homeserver.
pub(crate) fn gateway(scene: &Scene<'_>, gateway: &Gateway) -> Option<Value> {
    let (_, core) = scene.fleet.core()?;
    let discovery = (!scene.fleet.foci.is_empty()).then(|| Discovery {
        document: super::steer::document(core),
        foci: scene.foci_for_clients().into_iter().map(|focus| focus.service_url.clone()).collect(),
    });
    let answer = settings(scene, &core.homeserver, &gateway.client_domain, Registration::Everywhere);
    Some(value(&Answer { discovery, ..answer }))
}

/// A DMZ host speaks for its own.
pub(crate) fn dmz(scene: &Scene<'_>, dmz: &Dmz) -> Value {
    value(&settings(scene, &dmz.homeserver, &dmz.domain, Registration::EnrolSocketOnly))
}

fn settings(
    scene: &Scene<'_>,
    homeserver: &Homeserver,
    client: &Domain,
    registration: Registration,
) -> Answer {
    Answer {
        listen: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, ports::ANSWER))],
        policy: Policy {
            audit: scene.host.audit.clone(),
            room_version: homeserver.room_version.clone(),
            federation: !homeserver.federate_with.is_empty(),
        },
        registration,
        retry_after: Duration::seconds(10),
        max_connections: 1024,
        self_test: SelfTest {
            entry: SocketAddr::from((Ipv4Addr::LOCALHOST, ports::HTTPS)),
            client: client.clone(),
            patience: Duration::minutes(5),
        },
        discovery: None,
        log_level: LogLevel::Info,
    }
}
