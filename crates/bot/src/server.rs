//! Starting, and the loop in which the desk hears.

use std::{collections::BTreeSet, future::pending, io, path::Path, sync::Arc, time::Duration};

use chat::{Chat as _, Incoming};
use chatops::{Desk, Step};
use daemon::{metrics::Page, state as systemd};
use jiff::Timestamp;
use matrix_sdk::ruma::OwnedRoomId;
use settings::bot::Bot;
use tokio::{
    sync::mpsc::{self, UnboundedReceiver},
    time::{Instant, sleep, timeout_at},
};
use tokio_util::sync::CancellationToken;

use crate::{
    brokers::{Brokers, BrokersError},
    carry::{Ended, Hands},
    kept::{Kept, KeptError, Store},
    matrix::{Ear, Fault, Link, Matrix, first_sync, rooms},
    numbers::{self, Numbers},
    records::Records,
    rules,
};

/// Between two looks at who was not invited yet.
const INVITE_AGAIN: Duration = Duration::from_mins(1);

/// Why the bot did not start or does not go on.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The place and the rooms cannot be kept.
    #[error(transparent)]
    Kept(#[from] KeptError),
    /// The ledger cannot be used.
    #[error("the ledger cannot be used")]
    Ledger(#[from] ledger::LedgerError),
    /// A broker cannot be asked.
    #[error(transparent)]
    Brokers(#[from] BrokersError),
    /// The page of numbers cannot be opened.
    #[error(
        "numbers cannot be shown at {address}: {cause}\n  help: `ss -lntp` shows whether another program has it; the address must \
         be the host's own"
    )]
    Metrics {
        /// Where.
        address: std::net::SocketAddr,
        /// What the system said. It is in the text, before the help, so it is no `source`.
        cause: io::Error,
    },
    /// The homeserver.
    #[error(transparent)]
    Matrix(#[from] Fault),
}

/// Serves until `stop` is cancelled. The homeserver and the brokers need not be there yet.
pub async fn run(config: Bot, stop: CancellationToken) -> Result<(), StartError> {
    let folder = Path::new(&config.state_directory);
    let (store, kept) = Store::open(folder)?;
    let records = Records::open(folder)?;
    let brokers = Brokers::open(&config)?;
    let numbers = Arc::new(Numbers::default());
    let page = Page::open(config.metrics)
        .await
        .map_err(|cause| StartError::Metrics { address: config.metrics, cause })?;
    let shown = Arc::clone(&numbers);
    tokio::spawn(page.serve(move || {
        let text = numbers::text(&shown);
        async move { text }
    }));
    systemd::ready("waiting for the homeserver");
    let opened = tokio::select! {
        () = stop.cancelled() => return Ok(()),
        opened = open(&config, kept, store, &numbers) => opened?,
    };
    let rooms = opened.kept.rooms.len();
    tracing::info!(rooms, "ready");
    systemd::ready(&format!("listening in {rooms} rooms"));
    let (hands, ended) = Hands::new(Arc::clone(&opened.matrix), brokers, records);
    let limit = config.stop_timeout.as_std();
    Room::new(&config, opened, hands, numbers).serve(ended, stop, limit).await
}

/// Everything that stands once the homeserver has answered.
struct Opened {
    matrix: Arc<Matrix>,
    kept: Kept,
    store: Store,
    names: Vec<String>,
}

async fn open(
    config: &Bot,
    mut kept: Kept,
    mut store: Store,
    numbers: &Arc<Numbers>,
) -> Result<Opened, StartError> {
    let link = Link::open(config).await?;
    let first = first_sync(&link, kept.position.clone(), numbers).await?;
    let fresh = rooms::ensure(&link, config, &mut kept.rooms).await?;
    let restricted: BTreeSet<OwnedRoomId> =
        kept.rooms.values().filter_map(|room| OwnedRoomId::try_from(room.as_str()).ok()).collect();
    let mut ear = Ear::new(link.clone(), restricted, fresh, Arc::clone(numbers));
    let mut batch = ear.batch(first).await;
    if kept.position.is_none() {
        // Whether these were obeyed before is not known any more.
        batch.events.clear();
        kept.position = Some(batch.position.clone());
    }
    store.save(&kept)?;
    // Whether it is called by a name besides its Matrix id is of no weight.
    let names = link.client.account().get_display_name().await.ok().flatten().into_iter().collect();
    tokio::spawn(invite(link.clone(), config.clone(), kept.clone()));
    let (out, heard) = mpsc::channel(1);
    tokio::spawn(ear.run(batch.position.clone(), out));
    let version = config.room_version.to_string();
    let matrix = Matrix::new(link, version, kept.direct.clone(), batch, heard);
    Ok(Opened { matrix: Arc::new(matrix), kept, store, names })
}

/// Invites until everybody is there or was asked. An account may be made later than the fleet.
async fn invite(link: Link, config: Bot, kept: Kept) {
    loop {
        let mut all = true;
        for tenant in &config.tenants {
            let Some(room) = kept.rooms.get(tenant.name.as_str()) else { continue };
            let done = rooms::invite(&link, tenant, room).await;
            if let Err(error) = &done {
                tracing::warn!(tenant = %tenant.name, %error, "nobody could be invited");
            }
            all &= done.unwrap_or(false);
        }
        if all {
            return;
        }
        sleep(INVITE_AGAIN).await;
    }
}

/// The desk and what belongs to it.
struct Room {
    desk: Desk,
    matrix: Arc<Matrix>,
    kept: Kept,
    store: Store,
    hands: Hands,
    numbers: Arc<Numbers>,
    begun: Vec<Step>,
}

/// What happened next.
enum Happened {
    Heard(Incoming),
    Ended(Ended),
    Due,
    Deaf,
    Stop,
}

impl Room {
    fn new(config: &Bot, opened: Opened, hands: Hands, numbers: Arc<Numbers>) -> Self {
        let Opened { matrix, kept, store, names } = opened;
        let rules = rules::of(config, names, &kept.rooms);
        let now = Timestamp::now();
        let (desk, begun) = if let Some(snapshot) = kept.desk.clone() {
            Desk::resume(rules, snapshot, now)
        } else {
            let mut desk = Desk::new(rules, now);
            let begun = desk.tick(now);
            (desk, begun)
        };
        Self { desk, matrix, kept, store, hands, numbers, begun }
    }

    async fn serve(
        mut self,
        mut ended: UnboundedReceiver<Ended>,
        stop: CancellationToken,
        limit: Duration,
    ) -> Result<(), StartError> {
        let begun = std::mem::take(&mut self.begun);
        self.settle(begun)?;
        loop {
            let steps = match self.next(&mut ended, &stop).await {
                Happened::Heard(event) => self.desk.hear(&event, Timestamp::now()),
                Happened::Ended(first) => self.heard_back(first, &mut ended),
                Happened::Due => self.desk.tick(Timestamp::now()),
                Happened::Deaf => return self.matrix.fault().map_or(Ok(()), |fault| Err(fault.into())),
                Happened::Stop => break,
            };
            self.settle(steps)?;
        }
        systemd::stopping();
        self.finish(&mut ended, Instant::now() + limit).await
    }

    async fn next(&self, ended: &mut UnboundedReceiver<Ended>, stop: &CancellationToken) -> Happened {
        let due = async {
            let Some(at) = self.desk.wake_at() else { return pending().await };
            let wait = Duration::try_from(at.duration_since(Timestamp::now()));
            sleep(wait.unwrap_or_default()).await;
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => Happened::Stop,
            Some(outcome) = ended.recv() => Happened::Ended(outcome),
            () = due => Happened::Due,
            heard = self.matrix.next() => heard.map_or(Happened::Deaf, Happened::Heard),
        }
    }

    /// Everything that has ended by now, so that it is stored once.
    fn heard_back(&mut self, first: Ended, ended: &mut UnboundedReceiver<Ended>) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut next = Some(first);
        while let Some((id, outcome)) = next {
            self.hands.ended();
            steps.extend(self.desk.heard_back(id, outcome, Timestamp::now()));
            next = ended.try_recv().ok();
        }
        steps
    }

    /// Stores, then begins the steps.
    fn settle(&mut self, steps: Vec<Step>) -> Result<(), StartError> {
        self.numbers.show(self.desk.figures());
        self.kept.desk = Some(self.desk.snapshot().clone());
        self.kept.position = Some(self.matrix.position());
        self.kept.direct = self.matrix.direct();
        self.store.save(&self.kept)?;
        self.hands.take(steps);
        Ok(())
    }

    /// Lets what was begun end, and hears nothing new.
    async fn finish(
        mut self,
        ended: &mut UnboundedReceiver<Ended>,
        deadline: Instant,
    ) -> Result<(), StartError> {
        while self.hands.busy() > 0 {
            let Ok(Some(first)) = timeout_at(deadline, ended.recv()).await else {
                tracing::warn!(left = self.hands.busy(), "stopping although steps are still in flight");
                break;
            };
            let steps = self.heard_back(first, ended);
            self.settle(steps)?;
        }
        self.hands.seal();
        Ok(())
    }
}
