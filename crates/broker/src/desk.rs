//! What every verb stands on.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use broker_api::{ErrorCode, Refusal};
use daemon::program;
use jiff::Timestamp;
use ledger::Ledger;
use settings::broker::Guests;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

use crate::{
    book::Book,
    directory::Directory,
    event::{Call, Event},
    homeserver::Homeserver,
    verbs::status::Watch,
};

/// Everything that a verb may use.
pub(crate) struct Desk {
    pub(crate) homeserver: Homeserver,
    pub(crate) guests: Option<Guests>,
    pub(crate) directory: Option<Directory>,
    pub(crate) watch: Turn<Watch>,
    /// One name is reserved by one redemption, whatever its token.
    pub(crate) names: Turn<()>,
    /// Events enter ledger and book in the same order.
    order: Turn<()>,
    book: Mutex<Book>,
    ledger: Arc<Mutex<Ledger>>,
    turns: Mutex<HashMap<String, Weak<Turn<()>>>>,
}

impl Desk {
    pub(crate) fn new(
        homeserver: Homeserver,
        guests: Option<Guests>,
        directory: Option<Directory>,
        book: Book,
        ledger: Ledger,
    ) -> Self {
        Self {
            homeserver,
            guests,
            directory,
            watch: Turn::default(),
            names: Turn::default(),
            order: Turn::default(),
            book: Mutex::new(book),
            ledger: Arc::new(Mutex::new(ledger)),
            turns: Mutex::default(),
        }
    }

    /// Settings of the guests' instance. Its verbs are behind its doors only, so this cannot fail there.
    pub(crate) fn guests(&self) -> Result<&Guests, Refusal> {
        self.guests
            .as_ref()
            .ok_or_else(|| Refusal::new(ErrorCode::VerbUnknown, "this instance has no guests"))
    }

    /// What is known. Never held while waiting.
    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes an event down and then lets it be true. When it cannot be written, it did not happen.
    pub(crate) async fn commit(&self, event: Event) -> Result<(), Refusal> {
        let (kind, entry) = ledger::tagged(&event).map_err(|error| failed(&error))?;
        let _order = self.order.lock().await;
        let ledger = Arc::clone(&self.ledger);
        let written = tokio::task::spawn_blocking(move || {
            let mut ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
            ledger.append(Timestamp::now(), &kind, &entry)
        });
        let record = written.await.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
        self.book().apply(record.time, &event);
        Ok(())
    }

    /// Writes down that somebody called.
    pub(crate) async fn note(
        &self,
        verb: &str,
        outcome: String,
        about: Option<String>,
    ) -> Result<(), Refusal> {
        self.commit(Event::Call(Call { verb: verb.to_owned(), outcome, about })).await
    }

    /// Signs the ledger's end, for a stop.
    pub(crate) fn seal(&self) {
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = ledger.checkpoint(Timestamp::now()) {
            tracing::error!(cause = program::chain(&error), "the ledger's end was not signed");
        }
    }

    /// Records in the ledger.
    pub(crate) fn records(&self) -> u64 {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner).head().sequence
    }

    /// Waits for the turn with one token or account: nothing else is done to it meanwhile.
    pub(crate) async fn turn(&self, what: String) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| turn.strong_count() > 0);
            let known = turns.get(&what).and_then(Weak::upgrade);
            known.unwrap_or_else(|| {
                let turn = Arc::new(Turn::default());
                turns.insert(what, Arc::downgrade(&turn));
                turn
            })
        };
        turn.lock_owned().await
    }
}

fn failed(error: &(dyn std::error::Error + 'static)) -> Refusal {
    tracing::error!(cause = program::chain(error), "the ledger took no record");
    Refusal::new(ErrorCode::LedgerFailed, "the ledger cannot be written, so nothing is done")
}
