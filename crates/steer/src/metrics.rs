//! Steering in numbers. Every label has a closed list of values, and no label says anything of a client.

use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};
use settings::discovery::Surface;
use steering::{By, FocusStatus, State};

use crate::answer::Refusal;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Given {
    surface: &'static str,
    by: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refused {
    reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfFocus {
    focus: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfHost {
    host: String,
}

/// All numbers.
pub(crate) struct Metrics {
    registry: Registry,
    /// By surface and by what decided, so that an answer costs no look-up.
    given: [[Counter; By::ALL.len()]; Surface::ALL.len()],
    refused: [Counter; Refusal::ALL.len()],
    open: Family<OfFocus, Gauge>,
    healthy: Family<OfHost, Gauge>,
    draining: Family<OfHost, Gauge>,
    rooms: Family<OfHost, Gauge>,
    participants: Family<OfHost, Gauge>,
    geoip: Gauge,
    connections: Gauge,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("rampart_steer");
        let given = Family::<Given, Counter>::default();
        registry.register("answers", "Lists given, by surface and by what placed the client", given.clone());
        let refused = Family::<Refused, Counter>::default();
        registry.register("refusals", "Requests refused, by reason", refused.clone());
        let of = |surface: Surface| {
            By::ALL.map(|by| given.get_or_create_owned(&Given { surface: surface.word(), by: by.word() }))
        };
        let why = |refusal: Refusal| refused.get_or_create_owned(&Refused { reason: refusal.word() });
        let metrics = Self {
            given: Surface::ALL.map(of),
            refused: Refusal::ALL.map(why),
            open: Family::default(),
            healthy: Family::default(),
            draining: Family::default(),
            rooms: Family::default(),
            participants: Family::default(),
            geoip: Gauge::default(),
            connections: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register("focus_open", "Whether clients are told the focus", metrics.open.clone());
        registry.register("server_healthy", "Whether the media server is well", metrics.healthy.clone());
        registry.register("server_draining", "Whether new calls keep away from it", metrics.draining.clone());
        registry.register("server_rooms", "Calls on it at the last look", metrics.rooms.clone());
        registry.register(
            "server_participants",
            "People on it at the last look",
            metrics.participants.clone(),
        );
        registry.register("geoip_loaded", "Whether a GeoIP database is in use", metrics.geoip.clone());
        registry.register("connections", "Open connections of the gateway", metrics.connections.clone());
        Self { registry, ..metrics }
    }

    /// A client got a list.
    pub(crate) fn gave(&self, surface: Surface, by: By) {
        if let Some(counter) = self.given.get(surface as usize).and_then(|row| row.get(by as usize)) {
            counter.inc();
        }
    }

    /// A request was refused.
    pub(crate) fn refused(&self, refusal: Refusal) {
        if let Some(counter) = self.refused.get(refusal as usize) {
            counter.inc();
        }
    }

    /// Open connections.
    pub(crate) fn connections(&self) -> &Gauge {
        &self.connections
    }

    /// The page, with the state of the foci as it is now.
    pub(crate) fn page(&self, foci: &[FocusStatus], geoip: bool) -> String {
        self.geoip.set(i64::from(geoip));
        for focus in foci {
            let label = OfFocus { focus: focus.name.to_string() };
            self.open.get_or_create(&label).set(i64::from(focus.state == State::Open));
            for server in &focus.servers {
                let label = OfHost { host: server.host.to_string() };
                self.healthy.get_or_create(&label).set(i64::from(server.healthy));
                self.draining.get_or_create(&label).set(i64::from(server.draining));
                let figures = server.figures;
                let number = |n: Option<u64>| n.and_then(|n| i64::try_from(n).ok());
                for (family, value) in [
                    (&self.rooms, number(figures.map(|figures| figures.rooms))),
                    (&self.participants, number(figures.map(|figures| figures.participants))),
                ] {
                    match value {
                        Some(value) => drop(family.get_or_create(&label).set(value)),
                        // An old number would look like a new one.
                        None => drop(family.remove(&label)),
                    }
                }
            }
        }
        let mut page = String::new();
        // Writing to a string does not fail.
        let _ = text::encode(&mut page, &self.registry);
        page
    }
}
