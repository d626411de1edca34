//! The request target: which spellings of a path are let through.
//!
//! The homeserver matches the literal parts of a path as they are written and decodes parameters once. So does
//! this file, and it refuses every spelling that another reader on the way could take for a different path.
//! `%2F` inside a parameter stays possible: event, thread and transaction ids need it.

use std::borrow::Cow;

use http::Uri;
use percent_encoding::percent_decode_str;

use crate::refusal::Refusal;

const PREFIXES: [&str; 2] = ["/_matrix/", "/.well-known/matrix/"];
const INTERNAL: [&str; 2] = ["_synapse", "_tuwunel"];

/// A path that is spelt in the one way that everybody reads alike.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Target<'a> {
    /// Each segment, decoded once.
    segments: Vec<Cow<'a, str>>,
}

impl<'a> Target<'a> {
    /// Reads the target of a request.
    pub(crate) fn read(uri: &'a Uri) -> Result<Self, Refusal> {
        let rooted = uri.scheme().is_none() && uri.authority().is_none();
        let path = uri.path().strip_prefix('/').filter(|_| rooted).ok_or(Refusal::TargetForm)?;
        let last = path.bytes().filter(|byte| *byte == b'/').count();
        let segments = path.split('/').enumerate();
        let segments: Vec<_> =
            segments.map(|(at, raw)| segment(raw, at == last)).collect::<Result<_, _>>()?;
        within(uri.path(), &segments)?;
        Ok(Self { segments })
    }

    /// Whether the path is about making accounts: `register` and everything below it, in every version.
    pub(crate) fn registers(&self) -> bool {
        let words: Vec<&str> = self.segments.iter().flat_map(|segment| segment.split('/')).take(5).collect();
        let ["_matrix", "client", rest @ ..] = words.as_slice() else { return false };
        match rest {
            [_, word, ..] if word.eq_ignore_ascii_case("register") => true,
            ["unstable" | "api", _, word, ..] => word.eq_ignore_ascii_case("register"),
            _ => false,
        }
    }
}

/// Decodes one segment and applies the rules for segments. Only the last one may be empty.
fn segment(raw: &str, last: bool) -> Result<Cow<'_, str>, Refusal> {
    if raw.is_empty() && !last {
        return Err(Refusal::PathEmpty);
    }
    if !raw.bytes().all(is_path_byte) {
        return Err(Refusal::PathCharacter);
    }
    if !escapes_are_whole(raw.as_bytes()) {
        return Err(Refusal::PathEscape);
    }
    let text = percent_decode_str(raw).decode_utf8().map_err(|_| Refusal::PathEscape)?;
    if text.chars().any(|character| character.is_control() || character == '\\') {
        return Err(Refusal::PathCharacter);
    }
    if text.split('/').any(is_dots) {
        return Err(Refusal::PathDots);
    }
    Ok(text)
}

/// `.` and `..`, also with the path parameters that some servers cut off.
fn is_dots(part: &str) -> bool {
    let name = part.split_once(';').map_or(part, |(name, _)| name);
    name == "." || name == ".."
}

/// What RFC 3986 allows in a segment, and the brackets that proxies leave alone.
const fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.'
                | b'_'
                | b'~'
                | b'%'
                | b'!'
                | b'$'
                | b'&'
                | b'\''
                | b'('
                | b')'
                | b'*'
                | b'+'
                | b','
                | b';'
                | b'='
                | b':'
                | b'@'
                | b'['
                | b']'
        )
}

/// Whether two hexadecimal digits follow each `%`.
fn escapes_are_whole(raw: &[u8]) -> bool {
    raw.iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'%')
        .all(|(at, _)| raw.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)))
}

/// Only what Matrix clients use; the prefix must be spelt plainly.
fn within(path: &str, segments: &[Cow<'_, str>]) -> Result<(), Refusal> {
    if PREFIXES.iter().any(|prefix| path.starts_with(prefix)) {
        return Ok(());
    }
    let internal = segments.first().is_some_and(|first| INTERNAL.contains(&first.as_ref()));
    Err(if internal { Refusal::PathInternal } else { Refusal::PathOutside })
}

#[cfg(test)]
mod tests {
    use http::Uri;

    use super::Target;
    use crate::refusal::Refusal;

    fn read(target: &str) -> Result<bool, Refusal> {
        let uri: Uri = target.parse().unwrap();
        Target::read(&uri).map(|target| target.registers())
    }

    #[test]
    fn what_clients_send_is_let_through() {
        for target in [
            "/_matrix/client/versions",
            "/.well-known/matrix/client",
            "/_matrix/client/v3/rooms/!r:x.org/state/m.room.topic/",
            "/_matrix/client/v3/rooms/%21r%3Ax.org/send/m.room.message/a%2Fb%2F%2Fc",
            "/_matrix/client/v3/directory/room/%23room%3Ax.org?access_token=a//../b",
            "/_matrix/client/v1/rooms/!r:x/relations/$a%2Bb%2Fc",
            "/_matrix/client/v3/profile/@%C3%A4:x.org",
            "/_matrix/client/v3/rooms/!r:x/state/type/100%25",
            "/_matrix/client/v3/rooms/!r:x/state/type/...",
            "/_matrix/client/v3/rooms/!r:[::1]:8448/members",
        ] {
            assert_eq!(read(target), Ok(false), "{target}");
        }
    }

    #[test]
    fn only_rooted_targets_are_paths() {
        for target in ["http://h/_matrix/client/versions", "h:443", "*", "x://h/_matrix/client/versions"] {
            assert_eq!(read(target), Err(Refusal::TargetForm), "{target}");
        }
    }

    #[test]
    fn spellings_that_others_could_read_differently_are_refused() {
        let cases = [
            (Refusal::PathEmpty, &["//_matrix/x", "/_matrix//x", "/_matrix/client//", "///"][..]),
            (
                Refusal::PathDots,
                &[
                    "/_matrix/./x",
                    "/_matrix/../_synapse/x",
                    "/_matrix/x/..",
                    "/_matrix/%2e/x",
                    "/_matrix/%2E%2e/x",
                    "/_matrix/.%2e/x",
                    "/_matrix/..%2fx",
                    "/_matrix/x%2F..%2F..%2Fy",
                    "/_matrix/x%2f.",
                    "/_matrix/..;a=b/x",
                ],
            ),
            (
                Refusal::PathEscape,
                &["/_matrix/%", "/_matrix/%2", "/_matrix/%zz", "/_matrix/a%u0041", "/_matrix/%FF"],
            ),
            (
                Refusal::PathCharacter,
                &[
                    "/_matrix/a%00b",
                    "/_matrix/a%5Cb",
                    "/_matrix/a%5cb",
                    "/_matrix/a%0Ab",
                    "/_matrix/a%7F",
                    "/_matrix/a%C2%85",
                    "/_matrix/a\\b",
                    "/_matrix/a|b",
                    "/_matrix/a\"b",
                    "/_matrix/ä",
                ],
            ),
        ];
        for (refusal, targets) in cases {
            for target in targets {
                assert_eq!(read(target), Err(refusal), "{target}");
            }
        }
    }

    #[test]
    fn only_matrix_prefixes_exist() {
        for target in
            ["/", "/_matrix", "/_matrixx/a", "/%5Fmatrix/client/versions", "/.well-known/acme/x", "/x"]
        {
            assert_eq!(read(target), Err(Refusal::PathOutside), "{target}");
        }
        for target in ["/_synapse/admin/v1/users", "/_tuwunel/server_version", "/_synapse", "/%5Fsynapse/x"] {
            assert_eq!(read(target), Err(Refusal::PathInternal), "{target}");
        }
    }

    #[test]
    fn registration_is_seen_in_every_version_and_spelling() {
        for target in [
            "/_matrix/client/v3/register",
            "/_matrix/client/r0/register?kind=guest",
            "/_matrix/client/v3/register/",
            "/_matrix/client/v3/register/available?username=a",
            "/_matrix/client/v3/register/email/requestToken",
            "/_matrix/client/v1/register/m.login.registration_token/validity?token=t",
            "/_matrix/client/unstable/org.matrix.msc3231/register/org.matrix.msc3231.login.registration_token/validity",
            "/_matrix/client/api/v1/register",
            "/_matrix/client/v3/regi%73ter",
            "/_matrix/client/v3%2Fregister",
            "/_matrix/client/v3/REGISTER",
        ] {
            assert_eq!(read(target), Ok(true), "{target}");
        }
        for target in [
            "/_matrix/client/v3/profile/register",
            "/_matrix/client/v3/rooms/register/send/register/1",
            "/_matrix/client/v3/registered",
            "/_matrix/federation/v1/register",
        ] {
            assert_eq!(read(target), Ok(false), "{target}");
        }
    }
}
