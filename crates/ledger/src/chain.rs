//! The rule that joins records.

use jiff::Timestamp;

use crate::{Broken, CHECKPOINT, Checkpoint, Hash, PublicKey, Record, key::Purpose};

/// How far a ledger has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// Number of the last record; 0 before the first.
    pub sequence: u64,
    /// Time of the last record.
    pub time: Timestamp,
    /// Hash of the last record.
    pub hash: Hash,
    /// Number of the last checkpoint; 0 without one.
    pub checkpoint: u64,
}

impl Chain {
    /// Before the first record.
    pub const START: Self =
        Self { sequence: 0, time: Timestamp::UNIX_EPOCH, hash: Hash::GENESIS, checkpoint: 0 };

    /// Takes the next line, without its end. With a key, checkpoints must be signed by it.
    pub fn follow(&mut self, line: &[u8], key: Option<&PublicKey>) -> Result<Record, Broken> {
        let record = Record::read(line)?;
        let expected = self.sequence + 1;
        if record.sequence != expected {
            return Err(Broken::Sequence { expected, found: record.sequence });
        }
        if record.previous != self.hash {
            return Err(Broken::Previous);
        }
        if record.time < self.time {
            return Err(Broken::Time);
        }
        if record.kind == CHECKPOINT {
            self.approve(&record, key)?;
            self.checkpoint = record.sequence;
        }
        self.sequence = record.sequence;
        self.time = record.time;
        self.hash = Hash::of(line);
        Ok(record)
    }

    fn approve(&self, record: &Record, key: Option<&PublicKey>) -> Result<(), Broken> {
        let checkpoint: Checkpoint = serde_json::from_value(record.entry.clone())
            .map_err(|error| Broken::Malformed(error.to_string()))?;
        let good = |key: &PublicKey| {
            key.approves(Purpose::Checkpoint, self.sequence, self.time, &self.hash, &checkpoint.signature)
        };
        if key.is_none_or(good) { Ok(()) } else { Err(Broken::Signature) }
    }
}
