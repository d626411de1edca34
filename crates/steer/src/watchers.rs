//! Looking at every media server again and again, and at the drain folder.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use settings::steer::{Server, Steer};
use steering::{Change, Figures, FocusStatus, Health, ServerStatus, State, Status};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, timeout},
};
use values::Name;

use crate::{
    board::Board,
    drains,
    geoip::Geoip,
    look::{Fault, Looker, Seen},
};

/// Time between two looks at the drain folder.
const DRAIN_INTERVAL: Duration = Duration::from_secs(1);
/// Time between two looks at the GeoIP database.
const GEOIP_INTERVAL: Duration = Duration::from_secs(30);

/// What is known of the media servers.
pub(crate) struct Watchers {
    config: Arc<Steer>,
    board: Arc<Board>,
    known: Mutex<Known>,
}

struct Known {
    /// Of each focus, of each of its servers.
    servers: Vec<Vec<Watched>>,
    /// Hosts that the drain folder names.
    draining: BTreeSet<Name>,
}

struct Watched {
    health: Health,
    fault: Option<String>,
    figures: Option<Figures>,
    looked: Option<Instant>,
}

impl Watchers {
    pub(crate) fn new(config: Arc<Steer>, board: Arc<Board>) -> Self {
        let watched = |_: &Server| Watched {
            health: Health::new(&config.health),
            fault: None,
            figures: None,
            looked: None,
        };
        let servers = config.foci.iter().map(|focus| focus.servers.iter().map(watched).collect()).collect();
        Self { known: Mutex::new(Known { servers, draining: BTreeSet::new() }), config, board }
    }

    /// Looks at everything once.
    pub(crate) async fn first_round(self: &Arc<Self>, looker: &Looker) {
        self.read_drains();
        let mut looks = JoinSet::new();
        for (focus, server) in self.places() {
            let (this, looker) = (Arc::clone(self), looker.clone());
            looks.spawn(async move { this.look(&looker, focus, server).await });
        }
        looks.join_all().await;
        self.renew();
    }

    /// Goes on looking until it is dropped.
    pub(crate) async fn run(self: Arc<Self>, looker: Looker, geoip: Arc<Geoip>) {
        let mut tasks = JoinSet::new();
        for (focus, server) in self.places() {
            let (this, looker) = (Arc::clone(&self), looker.clone());
            tasks.spawn(async move {
                loop {
                    sleep(this.config.health.interval.as_std()).await;
                    this.look(&looker, focus, server).await;
                }
            });
        }
        let this = Arc::clone(&self);
        tasks.spawn(async move {
            loop {
                sleep(DRAIN_INTERVAL).await;
                this.read_drains();
            }
        });
        tasks.spawn(async move {
            loop {
                sleep(GEOIP_INTERVAL).await;
                let geoip = Arc::clone(&geoip);
                let _ = tokio::task::spawn_blocking(move || geoip.refresh()).await;
            }
        });
        tasks.join_all().await;
    }

    /// The state of everything.
    pub(crate) fn status(&self) -> Status {
        let known = self.known();
        let foci = self.config.foci.iter().zip(&known.servers).map(|(focus, watched)| FocusStatus {
            name: focus.name.clone(),
            state: known.state(&focus.servers, watched),
            servers: focus
                .servers
                .iter()
                .zip(watched)
                .map(|(server, watched)| ServerStatus {
                    host: server.host.clone(),
                    healthy: watched.health.is_up(),
                    draining: known.is_draining(server),
                    fault: watched.fault.clone(),
                    figures: watched.figures,
                })
                .collect(),
        });
        Status { foci: foci.collect() }
    }

    fn places(&self) -> Vec<(usize, usize)> {
        let of = |(focus, all): (usize, &settings::steer::Focus)| {
            (0..all.servers.len()).map(move |server| (focus, server)).collect::<Vec<_>>()
        };
        self.config.foci.iter().enumerate().flat_map(of).collect()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn look(&self, looker: &Looker, focus: usize, server: usize) {
        let Some(settings) = self.config.foci.get(focus).and_then(|focus| focus.servers.get(server)) else {
            return;
        };
        let limit = self.config.health.timeout.as_std();
        let found = timeout(limit, looker.look(settings)).await.unwrap_or(Err(Fault::Slow));
        let changed = {
            let mut known = self.known();
            let watched = known.servers.get_mut(focus).and_then(|servers| servers.get_mut(server));
            watched.and_then(|watched| watched.take(found))
        };
        let host = &settings.host;
        match changed {
            Some((Change::Fell, fault)) => {
                tracing::warn!(%host, fault, "a media server is not well; clients are told others");
            }
            Some((Change::Rose, _)) => tracing::info!(%host, "a media server is well"),
            None => return,
        }
        self.renew();
    }

    fn read_drains(&self) {
        let found = match drains::read(Path::new(&self.config.drain_folder)) {
            Ok(found) => found,
            Err(error) => {
                // What is draining stays so: to send people to a host that is leaving is the worse mistake.
                tracing::debug!(%error, "the drain folder cannot be read");
                return;
            }
        };
        let before = std::mem::replace(&mut self.known().draining, found.clone());
        for host in found.difference(&before) {
            tracing::info!(%host, "is draining; clients are told others");
        }
        for host in before.difference(&found) {
            tracing::info!(%host, "is no longer draining");
        }
        if before != found {
            self.renew();
        }
    }

    /// Makes the answers anew.
    fn renew(&self) {
        let states: Vec<State> = {
            let known = self.known();
            let foci = self.config.foci.iter().zip(&known.servers);
            foci.map(|(focus, watched)| known.state(&focus.servers, watched)).collect()
        };
        self.board.renew(|focus| states.get(focus).copied().unwrap_or(State::Open));
    }
}

impl Known {
    fn is_draining(&self, server: &Server) -> bool {
        server.draining || self.draining.contains(&server.host)
    }

    /// A focus is open while one of its servers is.
    fn state(&self, servers: &[Server], watched: &[Watched]) -> State {
        let one =
            |(server, watched): (&Server, &Watched)| match (self.is_draining(server), watched.health.is_up())
            {
                (true, _) => State::Draining,
                (false, false) => State::Unhealthy,
                (false, true) => State::Open,
            };
        servers.iter().zip(watched).map(one).min().unwrap_or(State::Unhealthy)
    }
}

impl Watched {
    /// Takes a look into account; gives what it changed and what was wrong.
    fn take(&mut self, found: Result<Seen, Fault>) -> Option<(Change, String)> {
        let now = Instant::now();
        let passed = self.looked.replace(now).map_or(0.0, |before| (now - before).as_secs_f64());
        let change = self.health.observe(found.is_ok());
        match found {
            Ok(seen) => {
                self.fault = None;
                self.figures = seen.figures.map(|figures| figures.since(self.figures, passed));
            }
            Err(fault) => {
                self.fault = Some(fault.to_string());
                self.figures = None;
            }
        }
        Some((change?, self.fault.clone().unwrap_or_default()))
    }
}
