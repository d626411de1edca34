//! Ports that `docs/architecture.md` decides and no option moves.

use values::PortRange;

/// Administration.
pub const SSH: u16 = 22;
/// Redirect to HTTPS.
pub const HTTP: u16 = 80;
/// HTTPS.
pub const HTTPS: u16 = 443;
/// Federation, where a server delegates to no other port (Matrix spec, server-server API, "Resolving server names").
pub const FEDERATION: u16 = 8448;
/// Names.
pub const DNS: u16 = 53;
/// Time.
pub const TIME: u16 = 123;
/// The guard.
pub const GUARD: u16 = 8010;
/// The homeserver's second listener, under `audit.reads = "direct"`.
pub const DIRECT_READS: u16 = 8011;
/// Steering.
pub const STEER: u16 = 8020;
/// Metrics of the media server: loopback on an edge, the tunnel address on the core.
pub const LIVEKIT_METRICS: u16 = 9101;
/// Metrics of steering and the state of the foci, on loopback.
pub const STEER_LOCAL: u16 = 9102;
/// Whether the media server is there and takes new calls, on loopback: what leads there ends when the server begins to
/// stop, long before the last call has ended.
pub const LIVEKIT_HEALTH: u16 = 9103;
/// The broker.
pub const BROKER: u16 = 8030;
/// The enrolment page.
pub const ENROL: u16 = 8040;
/// Refusals and static discovery.
pub const ANSWER: u16 = 8050;
/// Numbers of the guard for Prometheus, on loopback.
pub const GUARD_METRICS: u16 = 9110;
/// Numbers of the bot, on loopback.
pub const BOT_METRICS: u16 = 9111;
/// Numbers of the refusals, on loopback.
pub const ANSWER_METRICS: u16 = 9112;
/// Ports of the token services, by the index of the focus: up to the metrics ports, then from 10,000 up to the first relay
/// port.
const TOKEN_SERVICES: [PortRange; 2] = [PortRange::new(8100, 9099), PortRange::new(10_000, 29_999)];
/// Ports of the Redis instances, by the index of the cluster, up to signalling.
const REDIS: [PortRange; 1] = [PortRange::new(6380, 7879)];

/// A TCP port that no option moves and that only the tunnel or the host itself may reach.
#[derive(Debug, Clone, Copy)]
pub struct Private {
    /// Unit that listens.
    pub unit: &'static str,
    /// What for.
    pub what: &'static str,
    /// The port.
    pub port: u16,
}

/// All of them. The rule on the manifest and the rule on a rendered host both judge by this list.
const PRIVATE: [Private; 12] = [
    Private { unit: "rampart-guard", what: "client API", port: GUARD },
    Private { unit: "rampart-guard", what: "numbers", port: GUARD_METRICS },
    Private { unit: "tuwunel", what: "direct reads", port: DIRECT_READS },
    Private { unit: "rampart-steer", what: "steering", port: STEER },
    Private { unit: "rampart-steer", what: "metrics", port: STEER_LOCAL },
    Private { unit: "rampart-bot", what: "numbers", port: BOT_METRICS },
    Private { unit: "rampart-broker", what: "enrolment", port: BROKER },
    Private { unit: "rampart-enrol", what: "enrolment page", port: ENROL },
    Private { unit: "rampart-answer", what: "refusals, discovery", port: ANSWER },
    Private { unit: "rampart-answer", what: "numbers", port: ANSWER_METRICS },
    Private { unit: "livekit", what: "metrics", port: LIVEKIT_METRICS },
    Private { unit: "livekit", what: "health", port: LIVEKIT_HEALTH },
];

/// Those of one unit.
pub fn private_of(unit: &str) -> impl Iterator<Item = &'static Private> {
    PRIVATE.iter().filter(move |port| port.unit == unit)
}

/// Port of the token service of the focus with this index, while there are any.
pub fn token_service(index: u16) -> Option<u16> {
    nth(&TOKEN_SERVICES, index)
}

/// Port of the Redis instance of the cluster with this index, while there are any.
pub fn redis(index: u16) -> Option<u16> {
    nth(&REDIS, index)
}

/// The port at `index` in these ranges, counted through.
fn nth(ranges: &[PortRange], mut index: u16) -> Option<u16> {
    for range in ranges {
        let width = range.last - range.first;
        if index <= width {
            return range.first.checked_add(index);
        }
        index -= width + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_fill_one_range_after_the_other_and_end() {
        let token = [0, 999, 1000, 20_999, 21_000, u16::MAX].map(token_service);
        assert_eq!(token, [Some(8100), Some(9099), Some(10_000), Some(29_999), None, None]);
        assert_eq!([0, 1499, 1500].map(redis), [Some(6380), Some(7879), None]);
    }

    /// No port that is decided elsewhere lies in a range that grows.
    #[test]
    fn growing_ranges_hold_no_other_port() {
        let livekit = (7880, 7881);
        let metrics = 9100..=9119;
        let relay = 30_000;
        let others =
            [GUARD, DIRECT_READS, STEER, BROKER, ENROL, ANSWER, FEDERATION, livekit.0, livekit.1, relay];
        for port in others.into_iter().chain(metrics) {
            let within = |range: &PortRange| (range.first..=range.last).contains(&port);
            // 8448 is asked, never listened on.
            let hit = TOKEN_SERVICES.iter().chain(&REDIS).any(within) && port != FEDERATION;
            assert!(!hit, "{port}");
        }
    }
}
