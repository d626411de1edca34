//! A secret in memory.

use secrecy::{ExposeSecret, SecretSlice};
use subtle::ConstantTimeEq;

/// The bytes of one secret. `Debug` shows no byte of them, there is no `Display`, and the memory is wiped on drop.
#[derive(Debug)]
pub struct SecretValue(SecretSlice<u8>);

impl SecretValue {
    /// Copies the bytes; the caller wipes its own.
    pub fn new(bytes: &[u8]) -> Self {
        // An exact copy: a vector that grew would leave parts of it behind.
        Self(Box::<[u8]>::from(bytes).into())
    }

    /// The bytes, to be written into the file of the secret and nowhere else.
    pub fn expose(&self) -> &[u8] {
        self.0.expose_secret()
    }

    /// The bytes without white space at either end: a final newline does not make another secret.
    pub(crate) fn trimmed(&self) -> &[u8] {
        self.expose().trim_ascii()
    }

    /// Whether both are the same secret, in a time that does not tell how far they are.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.trimmed().ct_eq(other.trimmed()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::SecretValue;

    #[test]
    fn it_cannot_be_printed() {
        let shown = format!("{:?}", SecretValue::new(b"poison"));
        assert!(!shown.contains("poison") && !shown.contains("112"), "{shown}");
    }

    #[test]
    fn a_newline_makes_no_other_secret() {
        assert!(SecretValue::new(b"a\n").is_same(&SecretValue::new(b"a")));
        assert!(!SecretValue::new(b"a").is_same(&SecretValue::new(b"b")));
    }
}
