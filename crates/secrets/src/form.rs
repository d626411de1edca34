//! Whether a value has the form that its program reads. Faults never quote the value.

use crate::{Kind, SecretValue, tunnel};

/// Fewest characters of a text secret. LiveKit only logs an error about shorter ones.
const SHORTEST: usize = 32;

/// Fewest characters of a passphrase, which a person may have chosen.
const SHORTEST_PASSPHRASE: usize = 20;

/// What is wrong with the value, if anything.
pub(crate) fn fault(kind: Kind, value: &SecretValue) -> Option<String> {
    match kind {
        Kind::TunnelKey => tunnel::public(value)
            .is_none()
            .then(|| "it is not a WireGuard key (32 bytes in base64)".to_owned()),
        Kind::LivekitKeys => livekit(value.trimmed()),
        Kind::Token => word(value.trimmed(), SHORTEST),
        Kind::Passphrase if value.expose().ends_with(b"\n") => {
            Some("it ends with a newline, which LUKS takes for a part of it".to_owned())
        }
        Kind::Passphrase => shorter(value.expose(), SHORTEST_PASSPHRASE),
        Kind::Certificate => certificate(value.expose()),
        Kind::Foreign => value.trimmed().is_empty().then(|| "it is empty".to_owned()),
    }
}

/// The part of a value that must not be in another one: of a LiveKit pair the secret, of a certificate its private key.
pub(crate) fn essence(kind: Kind, value: &SecretValue) -> &[u8] {
    let all = value.trimmed();
    let part = match kind {
        Kind::LivekitKeys => pair(all).map(|(_, secret)| secret),
        Kind::Certificate => private_key(all),
        Kind::TunnelKey | Kind::Token | Kind::Passphrase | Kind::Foreign => None,
    };
    part.unwrap_or(all)
}

/// What stands between the two lines of a private key in PEM form (RFC 7468, section 10).
fn private_key(text: &[u8]) -> Option<&[u8]> {
    let after = |text: &'_ [u8], mark: &[u8]| {
        text.windows(mark.len()).position(|window| window == mark).map(|at| at + mark.len())
    };
    let start = after(text, b"PRIVATE KEY-----")?;
    let rest = text.get(start..)?;
    let end = rest.windows(5).position(|window| window == b"-----")?;
    Some(rest.get(..end)?.trim_ascii())
}

fn livekit(text: &[u8]) -> Option<String> {
    if text.contains(&b'\n') {
        return Some("it has more than one line; a focus has one pair".to_owned());
    }
    let Some((id, secret)) = pair(text) else {
        return Some("it is not of the form `<key>: <secret>`".to_owned());
    };
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'-';
    if id.is_empty() || !id.iter().all(plain) {
        return Some("the key has other characters than letters, digits, `_` and `-`".to_owned());
    }
    word(secret, SHORTEST)
}

fn pair(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = text.windows(2).position(|two| two == b": ")?;
    Some((text.get(..at)?, text.get(at + 2..)?.trim_ascii()))
}

/// Printable characters without white space, and without those that end a value in some file.
fn word(text: &[u8], shortest: usize) -> Option<String> {
    let plain = |byte: &u8| byte.is_ascii_graphic() && !br#""'\#`"#.contains(byte);
    if text.iter().all(plain) {
        shorter(text, shortest)
    } else {
        Some("it has white space, quotes or characters that are not ASCII".to_owned())
    }
}

fn shorter(text: &[u8], shortest: usize) -> Option<String> {
    let length = text.len();
    (length < shortest).then(|| format!("it has {length} characters, {shortest} are the least"))
}

fn certificate(text: &[u8]) -> Option<String> {
    let has = |mark: &[u8]| text.windows(mark.len()).any(|window| window == mark);
    if !has(b"-----BEGIN CERTIFICATE-----") {
        Some("it has no certificate in PEM form".to_owned())
    } else if !has(b"PRIVATE KEY-----") {
        Some("it has no private key in PEM form".to_owned())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_found_and_not_quoted() {
        let long = "a".repeat(40);
        for (kind, text, part) in [
            (Kind::TunnelKey, "poison", "not a WireGuard key"),
            (Kind::LivekitKeys, "poison", "form `<key>: <secret>`"),
            (Kind::LivekitKeys, "API: poison", "it has 6 characters"),
            (Kind::LivekitKeys, &format!("A: {long}\nB: {long}"), "more than one line"),
            (Kind::LivekitKeys, &format!("\"poison\": {long}"), "the key has other characters"),
            (Kind::Token, "poison poison poison poison poison poison", "white space"),
            (Kind::Passphrase, "poisonpoisonpoisonpoison\n", "newline"),
            (Kind::Passphrase, "poison", "it has 6 characters"),
            (Kind::Certificate, "-----BEGIN CERTIFICATE-----\npoison", "no private key"),
            (Kind::Foreign, " \n", "empty"),
        ] {
            let fault = fault(kind, &SecretValue::new(text.as_bytes())).unwrap();
            assert!(fault.contains(part) && !fault.contains("poison"), "{fault}");
        }
    }

    #[test]
    fn good_values_have_none() {
        let long = "a".repeat(40);
        for (kind, text) in [
            (Kind::LivekitKeys, format!("API1: {long}\n")),
            (Kind::Token, format!("{long}\n")),
            (Kind::Passphrase, "correct horse battery staple".to_owned()),
        ] {
            assert_eq!(fault(kind, &SecretValue::new(text.as_bytes())), None, "{kind:?}");
        }
    }
}
