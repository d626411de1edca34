//! What a unit of ours may reach, and how much memory it may take: a second wall behind the ruleset.

use std::net::{IpAddr, SocketAddr};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use settings::{
    answer::Answer,
    bot::Bot,
    broker::Broker,
    enrol::Enrol,
    guard::{Guard, RELOADED},
    steer::Steer,
};

/// Memory of a guard without connections, with room for the bodies that it judges (8 MiB), for the allocator and for what
/// the kernel keeps of its sockets.
const GUARD_MEMORY: u64 = 64 * MIB;
/// What one connection takes while many are busy: 64 KiB of head, as much on its way out, two pieces of 16 KiB towards the
/// homeserver. The first two long bodies have pieces of 64 KiB, 512 KiB in all (guard: src/pieces.rs), out of the above.
const GUARD_CONNECTION: u64 = 160 * KIB;
/// The same of `rampart-answer`, which reads no body and asks the guard at most eight things at once.
const ANSWER_MEMORY: u64 = 32 * MIB;
const ANSWER_CONNECTION: u64 = 32 * KIB;
/// Of steering: its answers, and a GeoIP database twice, the one in use and the one that is read (`LIMIT` in the crate
/// `steer`, geoip).
const STEER_MEMORY: u64 = (64 + 2 * 256) * MIB;
/// A head of 64 KiB, and an answer that all share.
const STEER_CONNECTION: u64 = 96 * KIB;

/// The same of `rampart-broker`: what it knows of 10,000 tokens takes 10 MiB, and a request has at most 16 KiB.
const BROKER_MEMORY: u64 = 64 * MIB;
const BROKER_CONNECTION: u64 = 64 * KIB;
/// The same of `rampart-enrol`, which remembers only how often somebody tried.
const ENROL_MEMORY: u64 = 48 * MIB;
const ENROL_CONNECTION: u64 = 64 * KIB;
/// Of `rampart-bot`: 60 MiB in use, and as much again for an answer of the homeserver while it is read.
const BOT_MEMORY: u64 = 128 * MIB;

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

/// Walls of a unit.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Confinement {
    /// Addresses with which it may exchange packets; without a list with all.
    peers: Option<Vec<IpAddr>>,
    /// Whether every address of the loopback network is one.
    loopback: bool,
    /// TCP ports that it may bind.
    listens: Vec<u16>,
    /// Hard cap of its memory.
    memory: Memory,
}

/// Bytes: fixed, and for each connection that the settings allow.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Memory {
    fixed: u64,
    per_connection: u64,
}

/// The confinement of a unit, if it is one of ours that is confined.
/// `bot`: where the broker's client is, on a DMZ host.
pub(crate) fn of(unit: &str, settings: &Value, bot: Option<IpAddr>) -> Option<Confinement> {
    match unit {
        "rampart-guard" => read(settings).map(|guard: Guard| {
            let own = guard.listen.iter().map(SocketAddr::ip);
            Confinement {
                // Programs on the same host ask from the address that they ask.
                peers: Some(others(guard.trusted_proxies.iter().copied().chain(own))),
                loopback: true,
                listens: guard.listen.iter().chain(&guard.metrics).map(SocketAddr::port).collect(),
                memory: Memory { fixed: GUARD_MEMORY, per_connection: GUARD_CONNECTION },
            }
        }),
        "rampart-answer" => read(settings).map(|answer: Answer| Confinement {
            peers: Some(others([answer.guard.ip()].into_iter())),
            loopback: true,
            listens: answer.listen.iter().chain(&answer.metrics).map(SocketAddr::port).collect(),
            memory: Memory { fixed: ANSWER_MEMORY, per_connection: ANSWER_CONNECTION },
        }),
        "rampart-steer" => read(settings).map(|steer: Steer| {
            let servers = steer.foci.iter().flat_map(|focus| &focus.servers);
            let looked_at = servers.flat_map(|server| [server.address.ip(), server.metrics.ip()]);
            let own = steer.trusted_proxies.iter().copied().chain([steer.listen.ip()]);
            Confinement {
                peers: Some(others(own.chain(looked_at))),
                loopback: true,
                listens: vec![steer.listen.port(), steer.local.port()],
                memory: Memory { fixed: STEER_MEMORY, per_connection: STEER_CONNECTION },
            }
        }),
        "rampart-broker" => read(settings).map(|broker: Broker| {
            let listen = broker.guests.iter().map(|guests| guests.listen);
            let own = others(listen.clone().map(|own| own.ip()).chain(bot));
            Confinement {
                // A directory is reached by name, wherever it is.
                peers: broker.directory.is_none().then_some(own),
                loopback: true,
                listens: listen.map(|own| own.port()).collect(),
                memory: Memory { fixed: BROKER_MEMORY, per_connection: BROKER_CONNECTION },
            }
        }),
        "rampart-enrol" => read(settings).map(|enrol: Enrol| Confinement {
            peers: Some(Vec::new()),
            loopback: true,
            listens: vec![enrol.listen.port()],
            memory: Memory { fixed: ENROL_MEMORY, per_connection: ENROL_CONNECTION },
        }),
        "rampart-bot" => read(settings).map(|bot: Bot| Confinement {
            peers: Some(others(
                bot.tenants.iter().map(|tenant| tenant.broker).chain([bot.homeserver]).map(|peer| peer.ip()),
            )),
            loopback: true,
            listens: vec![bot.metrics.port()],
            memory: Memory { fixed: BOT_MEMORY, per_connection: 0 },
        }),
        _ => None,
    }
}

/// Keys of its settings that a running unit takes over when it is told to.
pub(crate) fn reloaded(unit: &str) -> &'static [&'static str] {
    if unit == "rampart-guard" { &RELOADED } else { &[] }
}

fn read<T: DeserializeOwned>(settings: &Value) -> Option<T> {
    T::deserialize(settings).ok()
}

/// Each address once, loopback aside.
fn others(addresses: impl Iterator<Item = IpAddr>) -> Vec<IpAddr> {
    let mut out: Vec<IpAddr> = addresses.filter(|address| !address.is_loopback()).collect();
    out.sort_unstable();
    out.dedup();
    out
}
