//! Opening, appending, recovering after a crash.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::{
    CHECKPOINT, Chain, Checkpoint, Hash, Head, Key, LedgerError, RECOVERED, Record, Recovered,
    key::Purpose,
    verify::{self, Read},
};

/// A checkpoint is written at the latest after so many records.
const CHECKPOINT_EVERY: u64 = 64;

/// A ledger that is open for appending. One program at a time: the file is locked.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    file: File,
    length: u64,
    chain: Chain,
    key: Key,
    poisoned: bool,
}

/// What opening found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// How many records there were.
    pub records: u64,
    /// What an interrupted append had left, and was taken off.
    pub recovered: Option<Recovered>,
}

impl Ledger {
    /// Opens `path`, or begins it. `each` gets every record that is there. An unfinished last line is taken off and a
    /// record says so; anything else that is wrong is an error, and nothing is changed.
    pub fn open(
        path: &Path,
        key: Key,
        now: Timestamp,
        each: impl FnMut(&Record),
    ) -> Result<(Self, Opened), LedgerError> {
        let file = OpenOptions::new().append(true).create(true).read(true).mode(0o600).open(path)?;
        file.try_lock().map_err(io::Error::from)?;
        let public = key.public();
        let head = Head::load(path, &public)?;
        let read = verify::read(path, Some(&public), head.as_ref(), each)?;
        agree(path, head.as_ref(), &read)?;
        let recovered = (!read.rest.is_empty())
            .then(|| Recovered { bytes: read.rest.len() as u64, hash: Hash::of(&read.rest) });
        if recovered.is_some() {
            file.set_len(read.whole)?;
        }
        let (length, chain) = (read.whole, read.chain);
        let mut ledger = Self { path: path.to_owned(), file, length, chain, key, poisoned: false };
        if let Some(recovered) = &recovered {
            ledger.append(now, RECOVERED, recovered)?;
        }
        ledger.checkpoint(now)?;
        Ok((ledger, Opened { records: chain.sequence, recovered }))
    }

    /// Adds a record and returns when it is on the disk. Time never runs backwards in a ledger: an earlier `now` is written
    /// as the time of the record before.
    pub fn append(
        &mut self,
        now: Timestamp,
        kind: &str,
        entry: &impl Serialize,
    ) -> Result<Record, LedgerError> {
        if self.chain.sequence.saturating_sub(self.chain.checkpoint) >= CHECKPOINT_EVERY {
            self.checkpoint(now)?;
        }
        let entry = serde_json::to_value(entry).map_err(|error| LedgerError::Entry(error.to_string()))?;
        self.write(now, kind, entry)
    }

    /// Signs everything that has been written.
    pub fn checkpoint(&mut self, now: Timestamp) -> Result<(), LedgerError> {
        let Chain { sequence, time, hash, .. } = self.chain;
        let signature = self.key.sign(Purpose::Checkpoint, sequence, time, &hash);
        let entry = serde_json::to_value(Checkpoint { signature })
            .map_err(|error| LedgerError::Entry(error.to_string()))?;
        self.write(now, CHECKPOINT, entry).map(drop)
    }

    /// The signed word on the last record, to be kept elsewhere.
    pub fn head(&self) -> Head {
        Head::of(&self.chain, &self.key)
    }

    fn write(&mut self, now: Timestamp, kind: &str, entry: Value) -> Result<Record, LedgerError> {
        if self.poisoned {
            return Err(LedgerError::Poisoned);
        }
        let record = Record {
            sequence: self.chain.sequence + 1,
            time: now.max(self.chain.time),
            previous: self.chain.hash,
            kind: kind.to_owned(),
            entry,
        };
        let mut line = record.line()?;
        let mut chain = self.chain;
        // What could not be read back must not be written: numbers beyond what JSON keeps, for example.
        chain.follow(line.as_bytes(), None).map_err(|fault| LedgerError::Entry(fault.to_string()))?;
        line.push('\n');
        self.put(line.as_bytes())?;
        self.chain = chain;
        Head::of(&chain, &self.key).store(&self.path)?;
        Ok(record)
    }

    /// Writes the line whole or not at all.
    fn put(&mut self, line: &[u8]) -> Result<(), LedgerError> {
        let written = self.file.write_all(line).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            self.poisoned = self.file.set_len(self.length).and_then(|()| self.file.sync_data()).is_err();
            return Err(error.into());
        }
        self.length += line.len() as u64;
        Ok(())
    }
}

/// The head may be one record behind, or more where it could not be written; it is never ahead, and what it names is there.
fn agree(path: &Path, head: Option<&Head>, read: &Read) -> Result<(), LedgerError> {
    let last = read.chain.sequence;
    match head {
        // The first append was interrupted before it had a head.
        None if last <= 1 => Ok(()),
        None => Err(LedgerError::HeadUnusable { file: Head::file(path), what: "is missing" }),
        Some(head) if read.at_head == Some(head.hash) => Ok(()),
        Some(head) => {
            let what = if last < head.sequence { "" } else { ", and the record that it names is another" };
            Err(LedgerError::Head { file: path.to_owned(), head: head.sequence, last, what })
        }
    }
}
