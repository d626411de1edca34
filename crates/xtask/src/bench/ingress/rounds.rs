//! The rounds: every kind of request on every way, in turn.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use serde_json::json;

use super::{
    figures::{Figure, median},
    homeserver::{self, Homeserver, UPLOAD},
    ways::{Road, Way, Ways},
    wire::{Connection, request},
};

/// Connections at which a way is saturated.
const CONNECTIONS: usize = 32;
const MIB: usize = 1024 * 1024;
/// Ways that media take.
pub(super) const MEDIA: [Way; 5] = [Way::Direct, Way::Bare, Way::Rules, Way::Guard, Way::Hop];

/// A kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    NullRead,
    NullWrite,
    NullCreate,
    RealRead,
    RealWrite,
}

impl Kind {
    pub(super) const ALL: [Self; 5] =
        [Self::NullRead, Self::NullWrite, Self::NullCreate, Self::RealRead, Self::RealWrite];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::NullRead => "read, null upstream",
            Self::NullWrite => "write, null upstream",
            Self::NullCreate => "createRoom (judged body), null upstream",
            Self::RealRead => "read 10 messages, homeserver",
            Self::RealWrite => "send a message, homeserver",
        }
    }

    const fn is_real(self) -> bool {
        matches!(self, Self::RealRead | Self::RealWrite)
    }

    pub(super) const fn is_read(self) -> bool {
        matches!(self, Self::NullRead | Self::RealRead)
    }

    /// Requests a second, and of one slice. Well below what the slowest way can do.
    const fn rate(self) -> (u32, u32) {
        if self.is_real() { (40, 16) } else { (250, 60) }
    }
}

/// One way, asked for a moment. Times in microseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slice {
    pub(super) p50: f64,
    /// Processor time of Traefik for each request.
    pub(super) traefik: f64,
    /// Of the guard, the hop, the judge.
    pub(super) own: f64,
}

impl Slice {
    /// Processor time of the whole way for each request.
    pub(super) fn cost(&self) -> f64 {
        self.traefik + self.own
    }
}

/// All that was measured; the values of a way stand in the order of the rounds.
pub(super) struct Rounds {
    slices: BTreeMap<(Kind, Way), Vec<Slice>>,
    /// Requests a second at saturation, by whether the homeserver is real.
    throughput: BTreeMap<(bool, Way), Vec<f64>>,
    /// Milliseconds for media.
    media: BTreeMap<(Media, Way), Vec<f64>>,
}

/// Media on the way to a homeserver or from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Media {
    /// Whether the homeserver is real.
    pub(super) real: bool,
    pub(super) up: bool,
}

impl Media {
    pub(super) const ALL: [Self; 4] = [
        Self { real: false, up: false },
        Self { real: false, up: true },
        Self { real: true, up: false },
        Self { real: true, up: true },
    ];

    /// Less where a homeserver stores what goes up, for the sake of the disk.
    pub(super) const fn mib(self) -> usize {
        if self.real { homeserver::MEDIA_MIB } else { 32 }
    }

    pub(super) fn name(self) -> String {
        let upstream = if self.real { "homeserver" } else { "null upstream" };
        format!("{} MiB {}, {upstream}", self.mib(), if self.up { "up" } else { "down" })
    }
}

impl Rounds {
    pub(super) fn measure(
        ways: &Ways,
        homeserver: &Homeserver,
        pairs: usize,
        saturated: Duration,
    ) -> Result<Self> {
        let mut all = Self { slices: BTreeMap::new(), throughput: BTreeMap::new(), media: BTreeMap::new() };
        let mut asker = Asker { ways, homeserver, sent: 0 };
        // The first round only warms up.
        for round in 0..=pairs {
            for kind in Kind::ALL {
                for way in turned(&Way::ALL, round) {
                    let slice = asker.slice(kind, way)?;
                    if round > 0 {
                        all.slices.entry((kind, way)).or_default().push(slice);
                    }
                }
            }
        }
        for round in 0..pairs {
            for real in [false, true] {
                for way in turned(&Way::ALL, round) {
                    let rate = asker.saturated(real, way, saturated)?;
                    all.throughput.entry((real, way)).or_default().push(rate);
                }
            }
            for media in Media::ALL {
                for way in turned(&MEDIA, round) {
                    let took = asker.media(media, way)?;
                    all.media.entry((media, way)).or_default().push(took);
                }
            }
        }
        Ok(all)
    }

    pub(super) fn figure(&self, kind: Kind, way: Way, value: impl Fn(&Slice) -> f64) -> Figure {
        Figure::of(self.of(kind, way).iter().map(value).collect())
    }

    /// The same of one way in relation to another, round by round.
    pub(super) fn ratio(&self, kind: Kind, way: Way, to: Way, value: impl Fn(&Slice) -> f64) -> Figure {
        let pairs = self.of(kind, way).iter().zip(self.of(kind, to));
        Figure::of(pairs.map(|(one, other)| value(one) / value(other)).collect())
    }

    /// Microseconds that a way adds to bare Traefik, round by round.
    pub(super) fn added(&self, kind: Kind, way: Way, value: impl Fn(&Slice) -> f64) -> f64 {
        let pairs = self.of(kind, way).iter().zip(self.of(kind, Way::Bare));
        median(pairs.map(|(one, bare)| value(one) - value(bare)).collect())
    }

    pub(super) fn throughput(&self, real: bool, way: Way) -> (f64, Figure) {
        against(&self.throughput, real, way)
    }

    pub(super) fn media(&self, media: Media, way: Way) -> (f64, Figure) {
        against(&self.media, media, way)
    }

    fn of(&self, kind: Kind, way: Way) -> &[Slice] {
        self.slices.get(&(kind, way)).map_or(&[], Vec::as_slice)
    }
}

/// The median, and the ratio to bare Traefik.
fn against<K: Copy + Ord>(all: &BTreeMap<(K, Way), Vec<f64>>, key: K, way: Way) -> (f64, Figure) {
    let of = |way| all.get(&(key, way)).map_or(&[][..], Vec::as_slice);
    let ratios = of(way).iter().zip(of(Way::Bare)).map(|(one, bare)| one / bare);
    (median(of(way).to_vec()), Figure::of(ratios.collect()))
}

/// The same in another order in each round: whoever comes first or after whom must not matter.
fn turned(ways: &[Way], round: usize) -> Vec<Way> {
    let mut ways = ways.to_vec();
    let start = round % ways.len();
    ways.rotate_left(start);
    if round % 2 == 1 {
        ways.reverse();
    }
    ways
}

struct Asker<'a> {
    ways: &'a Ways,
    homeserver: &'a Homeserver,
    sent: u64,
}

impl Asker<'_> {
    fn road(&self, real: bool) -> &Road {
        if real { &self.ways.real } else { &self.ways.null }
    }

    /// A request that has not been sent before.
    fn request(&mut self, kind: Kind) -> Vec<u8> {
        self.sent += 1;
        let (host, token) = (self.ways.host.as_str(), self.homeserver.token.as_str());
        let room = format!("/_matrix/client/v3/rooms/{}", self.homeserver.room);
        let message =
            json!({ "msgtype": "m.text", "body": "A sentence as people write them in a chat." }).to_string();
        match kind {
            Kind::NullRead | Kind::RealRead => {
                request("GET", host, &format!("{room}/messages?dir=b&limit=10"), token, b"")
            }
            Kind::NullWrite | Kind::RealWrite => {
                let target = format!("{room}/send/m.room.message/m{}", self.sent);
                request("PUT", host, &target, token, message.as_bytes())
            }
            Kind::NullCreate => {
                let body = json!({
                    "preset": "trusted_private_chat", "is_direct": true, "invite": ["@somebody:bench.example"],
                    "initial_state": [
                        { "type": "m.room.guest_access", "state_key": "", "content": { "guest_access": "can_join" } },
                        { "type": "m.room.topic", "state_key": "", "content": { "topic": "What this is about" } },
                    ],
                });
                request("POST", host, "/_matrix/client/v3/createRoom", token, body.to_string().as_bytes())
            }
        }
    }

    /// Asks one way at a fixed rate.
    fn slice(&mut self, kind: Kind, way: Way) -> Result<Slice> {
        let (rate, count) = kind.rate();
        let requests: Vec<Vec<u8>> = (0..count).map(|_| self.request(kind)).collect();
        let road = self.road(kind.is_real());
        let mut connection = Connection::open(road.port(way))?;
        // The connection behind is made, and caches are warm.
        connection.timed(&self.warm()).with_context(|| format!("{} on {}", kind.name(), way.name()))?;
        let before = self.ways.spent(road, way)?;
        let (start, mut times) = (Instant::now(), Vec::new());
        for (number, request) in (0_u32..).zip(&requests) {
            let due = start + Duration::from_secs(1) * number / rate;
            thread::sleep(due.saturating_duration_since(Instant::now()));
            times.push(connection.timed(request)?.as_secs_f64() * 1e6);
        }
        let after = self.ways.spent(road, way)?;
        let each = |until: Duration, from: Duration| {
            until.saturating_sub(from).as_secs_f64() * 1e6 / f64::from(count)
        };
        Ok(Slice {
            p50: median(times),
            traefik: each(after.traefik, before.traefik),
            own: each(after.own, before.own),
        })
    }

    fn warm(&self) -> Vec<u8> {
        request("GET", &self.ways.host, "/_matrix/client/versions", &self.homeserver.token, b"")
    }

    /// Requests a second with as many connections as fill it.
    fn saturated(&mut self, real: bool, way: Way, time: Duration) -> Result<f64> {
        let request = self.request(if real { Kind::RealRead } else { Kind::NullRead });
        let port = self.road(real).port(way);
        let over = AtomicBool::new(false);
        let mut connections = (0..CONNECTIONS).map(|_| Connection::open(port)).collect::<Result<Vec<_>>>()?;
        let start = Instant::now();
        let counted: Result<Vec<u32>> = thread::scope(|scope| {
            let (over, request) = (&over, &request);
            let work = |mut connection: Connection| {
                scope.spawn(move || -> Result<u32> {
                    let mut count = 0;
                    while !over.load(Ordering::Relaxed) {
                        connection.timed(request)?;
                        count += 1;
                    }
                    Ok(count)
                })
            };
            let working: Vec<_> = connections.drain(..).map(work).collect();
            thread::sleep(time);
            over.store(true, Ordering::Relaxed);
            working
                .into_iter()
                .map(|one| one.join().unwrap_or_else(|_| anyhow::bail!("a client failed")))
                .collect()
        });
        let count: u32 = counted?.iter().sum();
        Ok(f64::from(count) / start.elapsed().as_secs_f64())
    }

    /// Milliseconds for media.
    fn media(&self, media: Media, way: Way) -> Result<f64> {
        let (host, token) = (&self.ways.host, &self.homeserver.token);
        let request = if media.up {
            request("POST", host, UPLOAD, token, &vec![b'x'; media.mib() * MIB])
        } else {
            let path = format!("/_matrix/client/v1/media/download/{}", self.homeserver.media);
            request("GET", host, &path, token, b"")
        };
        let mut connection = Connection::open(self.road(media.real).port(way))?;
        Ok(connection.timed(&request)?.as_secs_f64() * 1e3)
    }
}
