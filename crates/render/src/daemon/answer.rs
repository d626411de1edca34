//! What Traefik refuses is answered by `rampart-answer`, in words that clients show.

use std::net::{Ipv4Addr, SocketAddr};

use fleet::ports;
use serde_json::Value;
use settings::{
    answer::{Answer, SelfTest},
    discovery::Discovery,
    dmz::Dmz,
    gateway::{Gateway, RateLimit},
    guard::{Policy, Registration},
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
    let limit = &gateway.limit;
    Some(value(&settings(scene, &core.homeserver, client, Registration::Everywhere, limit, told)))
}

/// A DMZ host speaks for its own.
pub(crate) fn dmz(scene: &Scene<'_>, dmz: &Dmz) -> Value {
    let told = discovery::of(&dmz.domain, &scene.host.audit, &scene.foci_of_guests(dmz));
    let registration = Registration::EnrolSocketOnly;
    value(&settings(scene, &dmz.homeserver, &dmz.domain, registration, &dmz.limit, told))
}

fn settings(
    scene: &Scene<'_>,
    homeserver: &Homeserver,
    client: &Domain,
    registration: Registration,
    limit: &RateLimit,
    told: Discovery,
) -> Answer {
    Answer {
        listen: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, ports::ANSWER))],
        policy: Policy {
            audit: scene.host.audit.clone(),
            room_version: homeserver.room_version.clone(),
            federation: !homeserver.federate_with.is_empty(),
        },
        registration,
        retry_after: next_try(limit.credentials_per_minute.get()),
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

/// Until the limiter lets the next one through: it gives one back every so often, in equal steps (traefik:
/// pkg/middlewares/ratelimiter, a token bucket). Whole seconds are what the header can say.
fn next_try(per_minute: i64) -> Duration {
    let whole = (60 + per_minute - 1) / per_minute.max(1);
    Duration::seconds(u32::try_from(whole).unwrap_or(60))
}

#[cfg(test)]
mod tests {
    use values::Duration;

    use super::next_try;

    #[test]
    fn who_is_told_to_wait_is_let_in_afterwards() {
        for (per_minute, seconds) in [(1, 60), (7, 9), (20, 3), (60, 1), (61, 1), (100_000, 1)] {
            assert_eq!(next_try(per_minute), Duration::seconds(seconds), "{per_minute}");
        }
    }
}
