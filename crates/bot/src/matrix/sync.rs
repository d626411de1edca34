//! The loop that hears.
//!
//! It is our own loop around the SDK's `sync_once`: the SDK's loop waits a second between two answers (`delay_sync`), which
//! would make the second of two orders slow.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use backon::BackoffBuilder as _;
use chat::{ChatError, Incoming};
use matrix_sdk::{
    config::{SyncSettings, SyncToken},
    ruma::{
        OwnedRoomId, RoomId,
        api::client::filter::{Filter, FilterDefinition, RoomEventFilter},
        uint,
    },
    sync::SyncResponse,
};
use tokio::{sync::mpsc, time::sleep};

use super::{
    Fault, Link, backoff, hear,
    link::{refused, sort_sdk},
};
use crate::numbers::Numbers;

/// How long the homeserver may wait for news.
const NEWS: Duration = Duration::from_secs(30);

/// Events that belong together, and the place behind them.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) events: Vec<Incoming>,
    pub(crate) position: String,
}

/// What is asked for. State is not filtered, since an event that a filter leaves out of the timeline is in no state either.
fn settings(position: Option<String>) -> SyncSettings {
    let mut filter = FilterDefinition::default();
    filter.presence = Filter::ignore_all();
    filter.account_data = Filter::ignore_all();
    filter.room.ephemeral = RoomEventFilter::ignore_all();
    filter.room.account_data = RoomEventFilter::ignore_all();
    // The most that Synapse gives.
    filter.room.timeline.limit = Some(uint!(100));
    let token = position.map_or(SyncToken::NoToken, SyncToken::Specific);
    SyncSettings::new().filter(filter.into()).timeout(NEWS).token(token)
}

/// One sync, tried until it works or never will.
async fn once(link: &Link, settings: &SyncSettings, numbers: &Numbers) -> Result<SyncResponse, Fault> {
    let mut pauses = backoff().build();
    loop {
        match link.client.sync_once(settings.clone()).await {
            Ok(response) => {
                numbers.connected(true);
                return Ok(response);
            }
            Err(error) => {
                let sorted = sort_sdk(&error);
                if !sorted.is_passing() {
                    return Err(refused("a sync", sorted));
                }
                numbers.connected(false);
                let pause = match sorted {
                    ChatError::RateLimited { after: Some(after) } => after,
                    _ => pauses.next().unwrap_or(NEWS),
                };
                tracing::warn!(error = %sorted, ?pause, "the homeserver was not heard");
                sleep(pause).await;
            }
        }
    }
}

/// The first one: with the whole state of every room, and at once.
pub(crate) async fn first(
    link: &Link,
    position: Option<String>,
    numbers: &Numbers,
) -> Result<SyncResponse, Fault> {
    once(link, &settings(position).full_state(true).timeout(Duration::ZERO), numbers).await
}

/// What hears in restricted rooms.
pub(crate) struct Ear {
    link: Link,
    restricted: BTreeSet<OwnedRoomId>,
    /// Made since the last sync: the next one cannot show all of them.
    fresh: BTreeSet<OwnedRoomId>,
    numbers: Arc<Numbers>,
}

impl Ear {
    pub(crate) fn new(
        link: Link,
        restricted: BTreeSet<OwnedRoomId>,
        fresh: BTreeSet<OwnedRoomId>,
        numbers: Arc<Numbers>,
    ) -> Self {
        Self { link, restricted, fresh, numbers }
    }

    /// Hears until nobody listens any more, or the homeserver never will answer again.
    pub(crate) async fn run(mut self, mut position: String, out: mpsc::Sender<Result<Batch, Fault>>) {
        loop {
            let heard = match once(&self.link, &settings(Some(position.clone())), &self.numbers).await {
                Ok(response) => Ok(self.batch(response).await),
                Err(fault) => Err(fault),
            };
            let ends = heard.is_err();
            if let Ok(batch) = &heard {
                position.clone_from(&batch.position);
            }
            if out.send(heard).await.is_err() || ends {
                return;
            }
        }
    }

    /// What was heard. Invitations into restricted rooms are accepted, all others declined.
    pub(crate) async fn batch(&mut self, response: SyncResponse) -> Batch {
        let mut events = Vec::new();
        for (id, update) in response.rooms.joined {
            let is_ours = self.restricted.contains(&id);
            let Some(room) = self.link.client.get_room(&id).filter(|_| is_ours) else { continue };
            if !self.fresh.remove(&id) && update.timeline.limited {
                // More than the homeserver gives at once: what lies before is not obeyed, and its senders see no sign.
                self.numbers.gap();
                tracing::warn!(room = %id, "events were left out and are not heard");
            }
            for event in &update.timeline.events {
                events.extend(hear::event(&room, event.raw()).await);
            }
        }
        for id in response.rooms.invited.into_keys() {
            self.answer(&id).await;
        }
        Batch { events, position: response.next_batch }
    }

    async fn answer(&self, id: &RoomId) {
        let Some(room) = self.link.client.get_room(id) else { return };
        let accepted = self.restricted.contains(id);
        match if accepted { room.join().await } else { room.leave().await } {
            Ok(()) => tracing::info!(room = %id, accepted, "invited"),
            Err(error) => {
                let error = sort_sdk(&error);
                tracing::warn!(room = %id, %error, "an invitation was not answered");
            }
        }
    }
}
