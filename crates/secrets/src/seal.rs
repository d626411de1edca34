//! Encrypting to age recipients, so that plain text need not touch a disk.

use std::io::{Read, Write};

use age::{Decryptor, Encryptor, x25519};
use zeroize::Zeroizing;

use crate::SecretValue;

/// Why something could not be encrypted or decrypted. Never with a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The text is no age recipient.
    #[error("this is not an age recipient (`age1…`)")]
    Recipient,
    /// The text is no age identity.
    #[error("this is not an age identity (`AGE-SECRET-KEY-1…`)")]
    Identity,
    /// There is nobody to encrypt to.
    #[error("there is no recipient")]
    NoRecipient,
    /// The encryption itself failed.
    #[error("age could not encrypt it")]
    Encrypt,
    /// None of the identities opens it, or it was damaged.
    #[error("none of the identities opens it")]
    Decrypt,
}

/// Somebody who will be able to read: one of every host's secrets, or of one host's.
pub struct Recipient {
    host: Option<String>,
    key: x25519::Recipient,
}

impl Recipient {
    /// `age1…`, or `<host>=age1…`.
    pub fn read(text: &str) -> Result<Self, SealError> {
        let (host, key) = match text.split_once('=') {
            Some((host, key)) => (Some(host.to_owned()), key),
            None => (None, text),
        };
        key.parse().map(|key| Self { host, key }).map_err(|_| SealError::Recipient)
    }

    /// The host whose secrets alone are meant.
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// Encrypts a secret of `host` to everybody in `all` who may read it.
    pub fn seal(all: &[Self], host: &str, value: &SecretValue) -> Result<Vec<u8>, SealError> {
        let readers = all
            .iter()
            .filter(|recipient| recipient.host.as_deref().is_none_or(|only| only == host))
            .map(|recipient| &recipient.key as &dyn age::Recipient);
        let encryptor = Encryptor::with_recipients(readers).map_err(|_| SealError::NoRecipient)?;
        let mut sealed = Vec::new();
        let mut writer = encryptor.wrap_output(&mut sealed).map_err(|_| SealError::Encrypt)?;
        writer.write_all(value.expose()).map_err(|_| SealError::Encrypt)?;
        writer.finish().map_err(|_| SealError::Encrypt)?;
        Ok(sealed)
    }
}

/// Keys that open encrypted files.
#[derive(Default)]
pub struct Identities(Vec<x25519::Identity>);

impl Identities {
    /// Reads an identity file as `age-keygen` writes it: one key a line, comments begin with `#`.
    pub fn read(text: &str) -> Result<Self, SealError> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let keys: Vec<_> =
            lines.map(str::parse).collect::<Result<_, _>>().map_err(|_| SealError::Identity)?;
        if keys.is_empty() { Err(SealError::Identity) } else { Ok(Self(keys)) }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value in an encrypted file.
    pub fn open(&self, sealed: &[u8]) -> Result<SecretValue, SealError> {
        let decryptor = Decryptor::new(sealed).map_err(|_| SealError::Decrypt)?;
        let keys = self.0.iter().map(|key| key as &dyn age::Identity);
        let mut reader = decryptor.decrypt(keys).map_err(|_| SealError::Decrypt)?;
        // Never longer than what it was read from, so that the vector does not grow and leave parts behind.
        let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
        reader.read_to_end(&mut plain).map_err(|_| SealError::Decrypt)?;
        Ok(SecretValue::new(&plain))
    }
}

#[cfg(test)]
mod tests {
    use age::secrecy::ExposeSecret;

    use super::*;

    fn key() -> (String, Identities) {
        let identity = x25519::Identity::generate();
        let text = identity.to_string();
        let file = format!("# a comment\n{}\n", text.expose_secret());
        (identity.to_public().to_string(), Identities::read(&file).unwrap())
    }

    #[test]
    fn who_may_read_reads_and_others_do_not() {
        let ((everybody, operator), (edge, of_edge)) = (key(), key());
        let all = [everybody, format!("edge={edge}")].map(|text| Recipient::read(&text).unwrap());
        let value = SecretValue::new(b"poison");
        let of = |host| Recipient::seal(&all, host, &value).unwrap();
        let (to_edge, to_core) = (of("edge"), of("core"));
        assert!(!to_edge.windows(6).any(|window| window == b"poison"));
        assert_eq!(operator.open(&to_core).unwrap().expose(), b"poison");
        assert_eq!(of_edge.open(&to_edge).unwrap().expose(), b"poison");
        assert_eq!(of_edge.open(&to_core).unwrap_err(), SealError::Decrypt);
    }

    #[test]
    fn a_secret_without_readers_is_an_error() {
        let only = [Recipient::read(&format!("edge={}", key().0)).unwrap()];
        let sealed = Recipient::seal(&only, "core", &SecretValue::new(b"poison"));
        assert_eq!(sealed.unwrap_err(), SealError::NoRecipient);
        assert!(Recipient::read("age1nonsense").is_err() && Identities::read("# none\n").is_err());
    }
}
