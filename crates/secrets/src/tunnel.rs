//! Keys of the tunnel: X25519 pairs in base64, as `wg genkey` and `wg pubkey` write them.

use base64::{Engine, engine::general_purpose::STANDARD};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use crate::{NoRandomness, Random, SecretValue};

/// Length of a key in base64.
const TEXT: usize = 44;

/// The private half of these random bytes.
pub(crate) fn private(random: &Zeroizing<[u8; 32]>) -> SecretValue {
    // Clamped, as `wg genkey` does (RFC 7748 §5).
    let mut key = random.clone();
    key[0] &= 0b1111_1000;
    key[31] = (key[31] & 0b0111_1111) | 0b0100_0000;
    let mut text = Zeroizing::new([b'\n'; TEXT + 1]);
    // 32 bytes always give 44 characters.
    let _ = STANDARD.encode_slice(key.as_slice(), &mut text[..TEXT]);
    SecretValue::new(text.as_slice())
}

/// A new private key, and its public half.
pub fn pair(random: &mut Random<'_>) -> Result<(SecretValue, String), NoRandomness> {
    let mut bytes = Zeroizing::new([0; 32]);
    random(bytes.as_mut_slice())?;
    let private = private(&bytes);
    let public = public(&private).unwrap_or_default();
    Ok((private, public))
}

/// The public half of a private key, unless that is no key.
pub fn public(private: &SecretValue) -> Option<String> {
    let text = private.trimmed();
    // The decoder asks for room for what three quarters of the text could hold.
    let mut bytes = Zeroizing::new([0; 33]);
    let length = STANDARD.decode_slice(text, bytes.as_mut_slice()).ok()?;
    if text.len() != TEXT || length != 32 {
        return None;
    }
    let mut key = Zeroizing::new([0; 32]);
    key.copy_from_slice(bytes.get(..32)?);
    let secret = StaticSecret::from(*key);
    Some(STANDARD.encode(PublicKey::from(&secret).as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7748 §6.1, the keys of Alice.
    #[test]
    fn the_public_half_is_that_of_the_standard() {
        let private = SecretValue::new(b"dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n");
        assert_eq!(public(&private).unwrap(), "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=");
    }

    #[test]
    fn a_made_key_has_a_public_half_and_others_have_none() {
        let made = private(&Zeroizing::new([255; 32]));
        assert_eq!(made.expose().len(), TEXT + 1);
        assert!(public(&made).is_some());
        for bad in ["", "AAAA", "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LC==", "x"] {
            assert_eq!(public(&SecretValue::new(bad.as_bytes())), None, "{bad}");
        }
    }
}
