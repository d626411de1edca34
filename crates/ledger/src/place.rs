//! Where a program keeps its ledger, and looking at it from outside.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use jiff::Timestamp;

use crate::{Head, Key, Ledger, LedgerError, Opened, PublicKey, Record, Summary, records, verify};

/// Ledger and key in the state folder of a program.
#[derive(Debug, Clone)]
pub struct Place(PathBuf);

/// Why a ledger could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// It is not sound.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The key that was named is not one.
    #[error("the key is not 64 hexadecimal digits")]
    Key,
    /// The output broke off.
    #[error("the output broke off")]
    Output(#[from] io::Error),
}

impl Place {
    /// In a state folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// The ledger.
    pub fn file(&self) -> PathBuf {
        self.0.join("ledger.jsonl")
    }

    /// The signing key.
    pub fn key(&self) -> PathBuf {
        self.0.join("ledger.key")
    }

    /// Opens the ledger for adding, or begins it; see [`Ledger::open`].
    pub fn open(&self, now: Timestamp, each: impl FnMut(&Record)) -> Result<(Ledger, Opened), LedgerError> {
        Ledger::open(&self.file(), Key::load_or_make(&self.key(), &self.file())?, now, each)
    }

    /// The public key, to be noted elsewhere.
    pub fn public_key(&self) -> Result<PublicKey, LedgerError> {
        Ok(Key::load(&self.key())?.public())
    }

    /// Checks the whole ledger. `key` is the public key as it was noted elsewhere; without it the program's own is taken,
    /// which finds damage but not somebody who has the key.
    pub fn verify(&self, key: Option<&str>) -> Result<Summary, InspectError> {
        let key = match key {
            Some(text) => PublicKey::read(text).ok_or(InspectError::Key)?,
            None => self.public_key()?,
        };
        Ok(verify(&self.file(), &key)?)
    }

    /// Writes all records, and the signed head as the last line.
    pub fn export(&self, out: &mut impl Write) -> Result<(), InspectError> {
        let mut written = Ok(());
        records(&self.file(), |record| {
            if written.is_ok() {
                written =
                    record.line().map_err(InspectError::from).and_then(|line| Ok(writeln!(out, "{line}")?));
            }
        })?;
        written?;
        if let Some(head) = Head::load(&self.file(), &self.public_key()?)? {
            let head = serde_json::to_string(&head).map_err(|error| LedgerError::Entry(error.to_string()))?;
            writeln!(out, "{head}")?;
        }
        Ok(())
    }
}
