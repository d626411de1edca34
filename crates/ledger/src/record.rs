//! One line of a ledger.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{Broken, LedgerError, Signature};

/// Kind of a record that holds a [`Checkpoint`].
pub const CHECKPOINT: &str = "checkpoint";
/// Kind of a record that holds a [`Recovered`].
pub const RECOVERED: &str = "recovered";

/// A SHA-256, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What the first record of every ledger is written after.
    pub const GENESIS: Self = Self([0; 32]);

    /// The hash of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        unhex(&text).map(Self).ok_or_else(|| D::Error::custom("64 lower-case hexadecimal digits are wanted"))
    }
}

/// Lower-case hexadecimal digits of `bytes`.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|n| char::from_digit(n.into(), 16))
        .collect()
}

/// Exactly `N` bytes from lower-case hexadecimal digits.
pub(crate) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

/// One record. The order of the members is the order in the line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// 1 for the first record, then one more each.
    pub sequence: u64,
    /// When it was written, UTC.
    pub time: Timestamp,
    /// Hash of the line before, without its line end.
    pub previous: Hash,
    /// What the entry is about.
    pub kind: String,
    /// What happened.
    pub entry: Value,
}

/// Entry of a [`CHECKPOINT`]: a signature over everything before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// Over number, time and hash of the record before.
    pub signature: Signature,
}

/// Entry of a [`RECOVERED`]: what an interrupted append had left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recovered {
    /// How many bytes were taken off the end.
    pub bytes: u64,
    /// Their hash.
    pub hash: Hash,
}

impl Record {
    /// The line, without its end.
    pub fn line(&self) -> Result<String, LedgerError> {
        serde_json::to_string(self).map_err(|error| LedgerError::Entry(error.to_string()))
    }

    /// Reads a line. It must be spelt exactly as [`Self::line`] spells it, so that nothing can be hidden in white space,
    /// repeated members or escapes.
    pub fn read(line: &[u8]) -> Result<Self, Broken> {
        let record: Self =
            serde_json::from_slice(line).map_err(|error| Broken::Malformed(error.to_string()))?;
        match record.line() {
            Ok(same) if same.as_bytes() == line => Ok(record),
            _ => Err(Broken::Rewritten),
        }
    }
}

/// Kind and entry of what serde tags with these two words, as [`crate::Ledger::append`] takes them.
pub fn tagged(event: &impl Serialize) -> Result<(String, Value), LedgerError> {
    let mut value = serde_json::to_value(event).map_err(|error| LedgerError::Entry(error.to_string()))?;
    let entry = value.get_mut("entry").map(Value::take).unwrap_or_default();
    Ok((value.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned(), entry))
}
