//! Making values.

use zeroize::{Zeroize, Zeroizing};

use crate::{Kind, SecretValue, tunnel};

/// Where random bytes come from: fills the slice, or says that it cannot.
pub type Random<'r> = dyn FnMut(&mut [u8]) -> Result<(), NoRandomness> + 'r;

/// The machine has no random bytes to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes")]
pub struct NoRandomness;

/// 32 letters and digits that nobody confuses and that need no quotes in any file: 5 bits each (RFC 4648 §6).
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Characters of a text secret: 52 × 5 = 260 bits.
const LENGTH: usize = 52;

/// A new value; `None` when a secret of this kind cannot be made.
pub(crate) fn make(kind: Kind, random: &mut Random<'_>) -> Result<Option<SecretValue>, NoRandomness> {
    Ok(Some(match kind {
        Kind::TunnelKey => {
            let mut bytes = Zeroizing::new([0; 32]);
            random(bytes.as_mut_slice())?;
            tunnel::private(&bytes)
        }
        Kind::LivekitKeys => {
            // Id and secret of a focus on one line (livekit: `key_file`).
            let (id, secret) = (text::<12>(random)?, text::<LENGTH>(random)?);
            let mut line = Zeroizing::new([0; 3 + 12 + 2 + LENGTH + 1]);
            let parts: [&[u8]; 5] = [b"API", id.as_slice(), b": ", secret.as_slice(), b"\n"];
            let bytes = parts.into_iter().flatten();
            line.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
            SecretValue::new(line.as_slice())
        }
        // No final newline: LUKS would take it for a part of the passphrase, and nobody else needs it.
        Kind::Token | Kind::Passphrase => SecretValue::new(text::<LENGTH>(random)?.as_slice()),
        Kind::Certificate | Kind::Foreign => return Ok(None),
    }))
}

/// Random characters of the alphabet. 256 is a multiple of 32, so each is as likely as any other.
fn text<const N: usize>(random: &mut Random<'_>) -> Result<Zeroizing<[u8; N]>, NoRandomness> {
    let mut bytes = Zeroizing::new([0; N]);
    if let Err(error) = random(bytes.as_mut_slice()) {
        bytes.zeroize();
        return Err(error);
    }
    for byte in bytes.iter_mut() {
        *byte = ALPHABET[usize::from(*byte % 32)];
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(kind: Kind) -> Vec<u8> {
        let mut next = 0;
        let mut counter = |bytes: &mut [u8]| {
            for byte in bytes {
                *byte = next;
                next = next.wrapping_add(1);
            }
            Ok(())
        };
        make(kind, &mut counter).unwrap().unwrap().expose().to_vec()
    }

    #[test]
    fn each_kind_has_its_form() {
        let text = |kind| String::from_utf8(made(kind)).unwrap();
        let expected = "APIabcdefghijkl: mnopqrstuvwxyz234567abcdefghijklmnopqrstuvwxyz234567\n";
        assert_eq!(text(Kind::LivekitKeys), expected);
        assert_eq!(text(Kind::Token).len(), LENGTH);
        assert!(!text(Kind::Passphrase).ends_with('\n'));
    }

    #[test]
    fn what_is_made_is_found_good() {
        for kind in [Kind::TunnelKey, Kind::LivekitKeys, Kind::Token, Kind::Passphrase] {
            assert_eq!(crate::form::fault(kind, &SecretValue::new(&made(kind))), None, "{kind:?}");
        }
    }

    #[test]
    fn without_randomness_there_is_no_secret() {
        let mut none = |_: &mut [u8]| Err(NoRandomness);
        assert_eq!(make(Kind::Token, &mut none).unwrap_err(), NoRandomness);
    }
}
