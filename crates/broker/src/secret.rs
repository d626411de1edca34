//! Random words, their hashes, and comparing without telling how far it went.

use std::io;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// A new secret word of 32 characters: 192 random bits from the alphabet of registration tokens (Matrix spec,
/// client-server API, "Token-authenticated registration": at most 64 of `[A-Za-z0-9._~-]`).
pub(crate) fn word() -> io::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new([0; 24]);
    getrandom::fill(bytes.as_mut()).map_err(io::Error::other)?;
    Ok(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_slice())))
}

/// SHA-256 of a secret word, which stands for it everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct Digest(ledger::Hash);

impl Digest {
    pub(crate) fn of(word: &str) -> Self {
        Self(ledger::Hash::of(word.as_bytes()))
    }

    /// Short name for people: the first 40 bits as 8 digits of base 32 (RFC 4648, lower case).
    pub(crate) fn short(&self) -> String {
        const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
        let bits = self.0.as_bytes().iter().take(5).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        (0..8)
            .rev()
            .filter_map(|n| DIGITS.get(usize::try_from(bits >> (5 * n) & 31).ok()?))
            .map(|digit| char::from(*digit))
            .collect()
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Whether two words are equal, in a time that depends on neither: their hashes are compared.
pub(crate) fn same(one: &str, other: &str) -> bool {
    Sha256::digest(one).ct_eq(&Sha256::digest(other)).into()
}

/// Whether a text can be a registration token or a link at all.
pub(crate) fn is_word(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_long_new_and_of_the_alphabet() {
        let (one, two) = (word().unwrap(), word().unwrap());
        assert!(one.len() == 32 && is_word(&one) && one != two);
        for bad in ["", "a b", "ü", "a/b", &"a".repeat(65)] {
            assert!(!is_word(bad), "{bad}");
        }
    }

    #[test]
    fn a_short_name_is_the_start_of_the_hash() {
        // SHA-256 of the empty text begins e3b0c44298; base 32 of these five bytes, by coreutils: 4OYMIQUY.
        assert_eq!(Digest::of("").short(), "4oymiquy");
        assert!(same("a", "a") && !same("a", "b") && !same("", "a"));
    }
}
