//! Reading a ledger without changing it.

use std::path::Path;

use fs_err as fs;
use serde::Serialize;

use crate::{Broken, Chain, Hash, Head, LedgerError, PublicKey, Record};

/// What a sound ledger holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// How many records.
    pub records: u64,
    /// Number of the last checkpoint; 0 without one.
    pub checkpoint: u64,
    /// Hash of the last record.
    pub hash: Hash,
}

/// What reading a ledger up to its last whole record gives.
pub(crate) struct Read {
    pub(crate) chain: Chain,
    /// Bytes of whole records.
    pub(crate) whole: u64,
    /// What stands behind the last line end.
    pub(crate) rest: Vec<u8>,
    /// Hash of the record that a head names, if the file has that record.
    pub(crate) at_head: Option<Hash>,
}

/// Checks that no byte of `file` was changed and that nothing was cut off its end: every record follows the one before,
/// every checkpoint and the head are signed by `key`, and the head is exactly the last record.
pub fn verify(file: &Path, key: &PublicKey) -> Result<Summary, LedgerError> {
    let unusable = |what| LedgerError::HeadUnusable { file: Head::file(file), what };
    let head = Head::load(file, key)?.ok_or_else(|| unusable("is missing"))?;
    let read = read(file, Some(key), Some(&head), |_| ())?;
    if !read.rest.is_empty() {
        return Err(broken(file, read.chain.sequence + 1, Broken::Truncated));
    }
    let last = read.chain.sequence;
    if (last, read.chain.hash) != (head.sequence, head.hash) {
        let what = if last == head.sequence { ", but with another content" } else { "" };
        return Err(LedgerError::Head { file: file.to_owned(), head: head.sequence, last, what });
    }
    Ok(Summary { records: last, checkpoint: read.chain.checkpoint, hash: read.chain.hash })
}

/// Calls `each` for every whole record, in order. The chain is checked on the way; signatures are not, and a line that
/// breaks off at the end is left out.
pub fn records(file: &Path, each: impl FnMut(&Record)) -> Result<(), LedgerError> {
    read(file, None, None, each).map(drop)
}

pub(crate) fn read(
    file: &Path,
    key: Option<&PublicKey>,
    head: Option<&Head>,
    mut each: impl FnMut(&Record),
) -> Result<Read, LedgerError> {
    let text = fs::read(file)?;
    let mut chain = Chain::START;
    let mut at_head = None;
    let mut rest = text.as_slice();
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let (line, after) = rest.split_at(end);
        let record = chain.follow(line, key).map_err(|fault| broken(file, chain.sequence + 1, fault))?;
        if head.is_some_and(|head| head.sequence == record.sequence) {
            at_head = Some(chain.hash);
        }
        each(&record);
        rest = after.get(1..).unwrap_or_default();
    }
    Ok(Read { chain, whole: (text.len() - rest.len()) as u64, rest: rest.to_vec(), at_head })
}

fn broken(file: &Path, line: u64, broken: Broken) -> LedgerError {
    LedgerError::Broken { file: file.to_owned(), line, broken }
}
