//! An event type that resembles a forbidden one, or one whose content is judged, without being it.

use std::borrow::Cow;

use crate::{
    decoded_again::{ROUNDS, decoded_so_often},
    rule::{Part, Rule},
};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "type_disguised",
    part: Part::Audit,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "This kind of event is not accepted on this server.",
    source: "Matrix spec, Client-Server API, Types of room events; no client sends such a type, and a reader that trims, folds or decodes it acts on the forbidden one",
};

/// Whether a type has nothing that anybody could undo: it is what it is.
pub(crate) fn is_ordinary(kind: &str) -> bool {
    kind.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'))
}

/// Whether one of the parts between slashes resembles `forbidden`, as whoever decodes before splitting would see it; a
/// backslash is a slash for some, and nothing for others.
pub(crate) fn is_part(kind: &str, forbidden: &str) -> bool {
    kind.split('/').chain(kind.split(['/', '\\'])).any(|part| resembles(part, forbidden))
}

/// Whether `kind` becomes `forbidden` when someone decodes again, trims, ignores case, cuts parameters off, or takes
/// letters of other scripts for Latin ones.
fn resembles(kind: &str, forbidden: &str) -> bool {
    let mut found = kind.chars().filter(|character| !is_invisible(*character));
    forbidden.chars().all(|wanted| found.next().is_some_and(|seen| is_like(seen, wanted)))
        && found.next().is_none()
}

/// The type after everything that some reader might undo, but for letters.
pub(crate) fn undisguised(kind: &str) -> Cow<'_, str> {
    let text = decoded_so_often(kind, ROUNDS);
    match text.find([';', '?', '#', '\0']) {
        Some(end) => Cow::Owned(text[..end].to_owned()),
        None => text,
    }
}

fn is_like(seen: char, wanted: char) -> bool {
    seen.eq_ignore_ascii_case(&wanted) || !seen.is_ascii()
}

/// White space, control and zero-width characters, and backslashes.
const fn is_invisible(character: char) -> bool {
    matches!(character,
        '\0'..=' ' | '\\' | '\u{7f}'..='\u{a0}' | '\u{ad}' | '\u{180e}' | '\u{2000}'..='\u{200f}'
        | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{3000}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{is_ordinary, is_part, undisguised};

    #[test]
    fn creative_spellings_are_seen() {
        for kind in [
            "M.Room.Encryption",
            "m.room.encryption ",
            " m.room.encryption",
            "m.room.encryption/",
            "m.room.encryption\0",
            "m.room.encryption;a=b",
            "m.room.encryption?x",
            "m%2Eroom.encryption",
            "m%252Eroom.encryption",
            "m.room.encryption %5C x",
            "m.room\\.encryption",
            "m.r\u{43e}om.encryption",
            "\u{200b}m.room.encryption",
            "m.room.encryptio\u{ff4e}",
        ] {
            assert!(is_part(&undisguised(kind), "m.room.encryption"), "{kind:?}");
            assert!(!is_ordinary(kind), "{kind:?}");
        }
        for kind in
            ["m.room.encryption.x", "x.m.room.encryption", "m.room.encryptio", "m-room-encryption", ""]
        {
            assert!(!is_part(&undisguised(kind), "m.room.encryption"), "{kind:?}");
        }
    }
}
