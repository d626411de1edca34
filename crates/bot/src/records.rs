//! The bot's ledger: who ordered what, and what became of it. Tokens are in it by hash only.

use std::path::{Path, PathBuf};

use chatops::{Entry, Outcome, Recorded};
use jiff::Timestamp;
use ledger::{Ledger, LedgerError, Place, Record};
use serde_json::{Value, json};

/// The ledger, open for adding.
pub(crate) struct Records {
    file: PathBuf,
    ledger: Ledger,
}

impl Records {
    /// Opens it, or begins it.
    pub(crate) fn open(folder: &Path) -> Result<Self, LedgerError> {
        let place = Place::new(folder);
        let (ledger, opened) = place.open(Timestamp::now(), |_| ())?;
        if let Some(recovered) = opened.recovered {
            tracing::warn!(
                bytes = recovered.bytes,
                "an interrupted record was taken off the ledger; another one says so"
            );
        }
        Ok(Self { file: place.file(), ledger })
    }

    /// Adds a record; it is on the disk afterwards.
    pub(crate) fn write(&mut self, entry: &Entry) -> Outcome {
        let written =
            parts(entry).and_then(|(kind, body)| self.ledger.append(Timestamp::now(), &kind, &body));
        match written {
            Ok(_) => Outcome::Written,
            Err(error) => {
                tracing::error!(%error, "the ledger cannot be written");
                Outcome::LedgerFailed
            }
        }
    }

    /// The newest records of a tenant, oldest first.
    pub(crate) fn recall(&self, tenant: &str, since: Timestamp, most: usize) -> Outcome {
        let mut found = std::collections::VecDeque::new();
        let read = ledger::records(&self.file, |record| {
            if record.time < since {
                return;
            }
            if let Some(entry) = entry(record).filter(|entry| entry.tenant == tenant) {
                found.push_back(Recorded { time: record.time, entry });
                if found.len() > most {
                    found.pop_front();
                }
            }
        });
        match read {
            Ok(()) => Outcome::Recalled(found.into()),
            Err(error) => {
                tracing::error!(%error, "the ledger cannot be read");
                Outcome::LedgerFailed
            }
        }
    }

    /// Signs everything that was written.
    pub(crate) fn seal(&mut self) {
        if let Err(error) = self.ledger.checkpoint(Timestamp::now()) {
            tracing::error!(%error, "the ledger cannot be signed");
        }
    }
}

/// Kind and body of a record: the tenant is put into the body.
fn parts(entry: &Entry) -> Result<(String, Value), LedgerError> {
    let (kind, body) = ledger::tagged(entry)?;
    Ok((kind, json!({ "tenant": entry.tenant, "entry": body })))
}

/// The entry of a record; none for records of the ledger itself.
pub(crate) fn entry(record: &Record) -> Option<Entry> {
    let whole = json!({
        "tenant": record.entry.get("tenant")?, "kind": record.kind, "entry": record.entry.get("entry")?,
    });
    serde_json::from_value(whole).ok()
}

#[cfg(test)]
mod tests {
    use chat::UserId;
    use chatops::{Entry, Event, Outcome, Recorded};
    use jiff::Timestamp;

    use super::Records;

    fn locked(tenant: &str, user: &str) -> Entry {
        let event = Event::Locked { by: UserId::new("@anna:example.org"), user: user.into(), locked: true };
        Entry { tenant: tenant.into(), event }
    }

    #[test]
    fn records_come_back_by_tenant_and_the_newest_ones() {
        let folder = tempfile::tempdir().unwrap();
        let mut records = Records::open(folder.path()).unwrap();
        for (tenant, user) in [("a", "one"), ("b", "two"), ("a", "three"), ("a", "four")] {
            assert_eq!(records.write(&locked(tenant, user)), Outcome::Written);
        }
        let Outcome::Recalled(found) = records.recall("a", Timestamp::UNIX_EPOCH, 2) else { panic!() };
        let entries: Vec<Entry> = found.into_iter().map(|Recorded { entry, .. }| entry).collect();
        assert_eq!(entries, [locked("a", "three"), locked("a", "four")]);
    }
}
