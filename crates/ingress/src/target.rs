//! The request target: which spellings of a path are let through.
//!
//! The homeserver matches the literal parts of a path as they are written and decodes parameters once (tuwunel:
//! axum 0.8, matchit 0.8). So does this file, and it refuses every spelling that another reader on the way could take
//! for a different path. `%2F` inside a parameter stays possible: event, thread and transaction ids need it.

use std::borrow::Cow;

use http::Uri;
use percent_encoding::percent_decode_str;

use crate::{
    rule::Rule,
    rules::{
        path_character, path_dots, path_empty, path_escape, path_internal, path_outside, path_word,
        target_form,
    },
};

/// One segment of a path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Segment<'a> {
    /// As it was written.
    pub(crate) raw: &'a str,
    /// Decoded once.
    pub(crate) text: Cow<'a, str>,
}

/// A path that is spelt in the one way that everybody reads alike.
#[derive(Debug, PartialEq, Eq)]
pub struct Target<'a> {
    segments: Vec<Segment<'a>>,
}

impl<'a> Target<'a> {
    /// Reads the target of a request.
    pub fn read(uri: &'a Uri) -> Result<Self, &'static Rule> {
        let rooted = uri.scheme().is_none() && uri.authority().is_none();
        let path = uri.path().strip_prefix('/').filter(|_| rooted).ok_or(&target_form::RULE)?;
        let mut segments = Vec::with_capacity(10);
        let mut rest = Some(path);
        while let Some(left) = rest {
            let slash = left.bytes().position(|byte| byte == b'/');
            let (raw, after) = slash.map_or((left, None), |at| (&left[..at], Some(&left[at + 1..])));
            segments.push(segment(raw, after.is_none())?);
            rest = after;
        }
        let target = Self { segments };
        target.within(uri.path())?;
        let mut fixed = target.segments.iter().take(path_word::FIXED);
        if !fixed.all(|segment| path_word::is_plain(&segment.text)) {
            return Err(&path_word::RULE);
        }
        Ok(target)
    }

    pub(crate) fn segments(&self) -> &[Segment<'a>] {
        &self.segments
    }

    /// Whether the path is about making accounts: `register` and everything below it, in every version.
    pub fn registers(&self) -> bool {
        self.has_first_word("register")
    }

    /// Whether the path is about administration through the client API, in every version and spelling.
    pub(crate) fn administers(&self) -> bool {
        self.has_first_word("admin")
    }

    /// Whether the path is for other servers, in every spelling.
    pub(crate) fn is_for_servers(&self) -> bool {
        self.word(1).is_some_and(|second| is_word(second, "federation") || is_word(second, "key"))
    }

    /// Whether an identifier hides the path of something that is done in a room. Where the path itself is of a room there is
    /// nothing to hide: its id has no slash (rule `room_slash`), and what follows is a fixed word.
    pub(crate) fn hides_a_room(&self) -> bool {
        if self.segments.get(path_word::FIXED - 1).is_some_and(|word| word.raw == "rooms") {
            return false;
        }
        let texts: Vec<&str> = self.segments.iter().map(|segment| segment.text.as_ref()).collect();
        path_word::hide_a_room(&texts)
    }

    /// A word of the path, of one with encoded slashes the first.
    fn word(&self, place: usize) -> Option<&str> {
        self.segments.get(place)?.text.split('/').find(|word| !word.is_empty())
    }

    /// Whether the first word after the version is `word`, also where someone decodes `%2F`, ignores case or cuts
    /// parameters off.
    fn has_first_word(&self, word: &str) -> bool {
        let is = |place, wanted| self.word(place).is_some_and(|found| is_word(found, wanted));
        let has_two = || is(2, "unstable") || is(2, "api");
        is(1, "client") && (is(3, word) || (is(4, word) && has_two()))
    }

    /// Only what Matrix clients use; the prefix must be spelt plainly.
    fn within(&self, path: &str) -> Result<(), &'static Rule> {
        if path_outside::PREFIXES.iter().any(|prefix| path.starts_with(prefix)) {
            return Ok(());
        }
        let first = self.segments.first().map(|first| first.text.as_ref());
        let internal = first.is_some_and(|first| path_internal::NAMES.contains(&first));
        Err(if internal { &path_internal::RULE } else { &path_outside::RULE })
    }
}

/// Whether someone who ignores case and cuts path parameters off reads `word`.
fn is_word(found: &str, word: &str) -> bool {
    path_dots::name(found).eq_ignore_ascii_case(word)
}

/// Decodes one segment and applies the rules for segments. Only the last one may be empty.
fn segment(raw: &str, last: bool) -> Result<Segment<'_>, &'static Rule> {
    if raw.is_empty() && !last {
        return Err(&path_empty::RULE);
    }
    if !raw.bytes().all(path_character::is_path_byte) {
        return Err(&path_character::RULE);
    }
    let text = if raw.bytes().any(|byte| byte == b'%') { decode(raw)? } else { Cow::Borrowed(raw) };
    if path_dots::has_dots(&text) {
        return Err(&path_dots::RULE);
    }
    Ok(Segment { raw, text })
}

fn decode(raw: &str) -> Result<Cow<'_, str>, &'static Rule> {
    if !path_escape::are_whole(raw.as_bytes()) {
        return Err(&path_escape::RULE);
    }
    let text = percent_decode_str(raw).decode_utf8().map_err(|_| &path_escape::RULE)?;
    if path_character::has_odd(&text) {
        return Err(&path_character::RULE);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use http::Uri;

    use super::Target;

    fn read(target: &str) -> Result<bool, &'static str> {
        let uri: Uri = target.parse().unwrap();
        Target::read(&uri).map(|target| target.registers()).map_err(|rule| rule.name)
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
            "/_matrix/client/v3/directory/room/%23a;b:x.org",
        ] {
            assert_eq!(read(target), Ok(false), "{target}");
        }
    }

    #[test]
    fn only_rooted_targets_are_paths() {
        for target in ["http://h/_matrix/client/versions", "h:443", "*", "x://h/_matrix/client/versions"] {
            assert_eq!(read(target), Err("target_form"), "{target}");
        }
    }

    #[test]
    fn spellings_that_others_could_read_differently_are_refused() {
        let cases = [
            ("path_empty", &["//_matrix/x", "/_matrix//x", "/_matrix/client//", "///"][..]),
            (
                "path_dots",
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
                    "/_matrix/client/v3/;a=b/x",
                    "/_matrix/client/v3/a%2F;b",
                    "/_matrix/client/v3/a/..%252Fb",
                    "/_matrix/client/v3/a/%2525252e%25252E%25255cb",
                ],
            ),
            (
                "path_word",
                &[
                    "/_matrix/client%2Fv3/x",
                    "/_matrix/%2Fclient/v3/x",
                    "/_matrix/client/v3%2Fregister",
                    "/_matrix/client/v3/a%2fb/x",
                    "/_matrix/client/v3%252Fa/b",
                    "/_matrix/client%3Fa/b",
                    "/_matrix/client/v3;a=b/x",
                    "/_matrix/client/v3/x%20",
                ],
            ),
            (
                "path_escape",
                &["/_matrix/%", "/_matrix/%2", "/_matrix/%zz", "/_matrix/a%u0041", "/_matrix/%FF"],
            ),
            (
                "path_character",
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
        for (rule, targets) in cases {
            for target in targets {
                assert_eq!(read(target), Err(rule), "{target}");
            }
        }
    }

    #[test]
    fn only_matrix_prefixes_exist() {
        for target in
            ["/", "/_matrix", "/_matrixx/a", "/%5Fmatrix/client/versions", "/.well-known/acme/x", "/x"]
        {
            assert_eq!(read(target), Err("path_outside"), "{target}");
        }
        for target in ["/_synapse/admin/v1/users", "/_tuwunel/server_version", "/_synapse", "/%5Fsynapse/x"] {
            assert_eq!(read(target), Err("path_internal"), "{target}");
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
            "/_matrix/client/unstable/x/%2Fregister",
            "/_matrix/client/v3/REGISTER",
            "/_matrix/client/Unstable/x/register;a=b",
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
