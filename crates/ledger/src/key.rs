//! The key that signs, and what it signs.

use std::{fmt, io, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use fs_err as fs;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use zeroize::Zeroizing;

use crate::{
    Hash, LedgerError,
    record::{hex, unhex},
};

/// A signing key. It cannot be printed.
pub struct Key(SigningKey);

impl Key {
    /// The key of these 32 bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(bytes))
    }

    /// A new key.
    pub fn generate() -> Result<Self, LedgerError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut()).map_err(|_| LedgerError::Random)?;
        Ok(Self::from_bytes(&bytes))
    }

    /// Reads the key from `file`: 64 hexadecimal digits.
    pub fn load(file: &Path) -> Result<Self, LedgerError> {
        let unusable = |what| LedgerError::Key { file: file.to_owned(), what };
        let text = match fs::read_to_string(file) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(unusable("is missing")),
            Err(error) => return Err(error.into()),
        };
        let bytes = unhex(text.trim_end()).ok_or_else(|| unusable("is not 64 hexadecimal digits"))?;
        Ok(Self::from_bytes(&Zeroizing::new(bytes)))
    }

    /// Reads the key, or makes it when there is neither a key nor the `ledger` that it would belong to.
    pub fn load_or_make(file: &Path, ledger: &Path) -> Result<Self, LedgerError> {
        if file.exists() || ledger.exists() {
            return Self::load(file);
        }
        let key = Self::generate()?;
        let text = Zeroizing::new(hex(key.0.as_bytes()));
        let mut made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o400).open(file)?;
        made.write_all(text.as_bytes())?;
        made.sync_all()?;
        Ok(key)
    }

    /// The half that everybody may know.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    pub(crate) fn sign(&self, purpose: Purpose, sequence: u64, time: Timestamp, hash: &Hash) -> Signature {
        Signature(self.0.sign(&message(purpose, sequence, time, hash)).to_bytes())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// What a signature is for, so that one can never stand for the other.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    Checkpoint,
    Head,
}

fn message(purpose: Purpose, sequence: u64, time: Timestamp, hash: &Hash) -> Vec<u8> {
    let purpose = match purpose {
        Purpose::Checkpoint => "checkpoint",
        Purpose::Head => "head",
    };
    format!("rampart ledger 1 {purpose}\n{sequence}\n{time}\n{hash}\n").into_bytes()
}

/// The key that judges signatures; written as 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// The key of these digits.
    pub fn read(text: &str) -> Option<Self> {
        VerifyingKey::from_bytes(&unhex(text)?).ok().map(Self)
    }

    pub(crate) fn approves(
        &self,
        purpose: Purpose,
        sequence: u64,
        time: Timestamp,
        hash: &Hash,
        signature: &Signature,
    ) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        self.0.verify_strict(&message(purpose, sequence, time, hash), &signature).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(self.0.as_bytes()))
    }
}

/// An Ed25519 signature, written as 128 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature([u8; 64]);

impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex(&self.0))
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        unhex(&text).map(Self).ok_or_else(|| D::Error::custom("128 lower-case hexadecimal digits are wanted"))
    }
}
