//! The signed word on the last record, in a file beside the ledger.

use std::{
    io,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use fs_err as fs;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Chain, Hash, Key, LedgerError, PublicKey, Signature, key::Purpose};

/// Which record is the last, signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Number of the last record.
    pub sequence: u64,
    /// Its time.
    pub time: Timestamp,
    /// Its hash.
    pub hash: Hash,
    /// Over the three.
    pub signature: Signature,
}

impl Head {
    pub(crate) fn of(chain: &Chain, key: &Key) -> Self {
        let Chain { sequence, time, hash, .. } = *chain;
        Self { sequence, time, hash, signature: key.sign(Purpose::Head, sequence, time, &hash) }
    }

    /// Where the head of a ledger is: the same name with `.head`.
    pub fn file(ledger: &Path) -> PathBuf {
        ledger.with_added_extension("head")
    }

    /// Reads the head of `ledger`. `None` when there is none.
    pub fn load(ledger: &Path, key: &PublicKey) -> Result<Option<Self>, LedgerError> {
        let file = Self::file(ledger);
        let text = match fs::read(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let unusable = |what| LedgerError::HeadUnusable { file: file.clone(), what };
        let head: Self = serde_json::from_slice(&text).map_err(|_| unusable("cannot be read"))?;
        let same = serde_json::to_vec(&head).is_ok_and(|same| same == text);
        let signed = key.approves(Purpose::Head, head.sequence, head.time, &head.hash, &head.signature);
        if same && signed { Ok(Some(head)) } else { Err(unusable("is not the one that this key signed")) }
    }

    /// Replaces the head in one step. A crash leaves the old one, which is then behind the ledger.
    pub(crate) fn store(&self, ledger: &Path) -> Result<(), LedgerError> {
        let (file, next) = (Self::file(ledger), ledger.with_added_extension("head.next"));
        let text = serde_json::to_vec(self).map_err(|error| LedgerError::Entry(error.to_string()))?;
        let mut out =
            std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&next)?;
        out.write_all(&text)?;
        drop(out);
        fs::rename(next, file)?;
        Ok(())
    }
}
