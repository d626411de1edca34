//! A fixed word of a path with a character that no such word has, or fixed words inside an identifier.

use std::borrow::Cow;

use crate::{
    decoded_again::{ROUNDS, decoded_so_often},
    rule::{Part, Rule},
    rules::type_disguised::undisguised,
};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "path_word",
    part: Part::Form,
    status: 400,
    errcode: "M_UNRECOGNIZED",
    sentence: "The path is not spelt correctly.",
    source: "Matrix spec, Client-Server API, API standards (`/_matrix/client/{version}/…`); whoever decodes, splits or cuts \
             such a word would find another path",
};

/// How many segments of every path are fixed words: `_matrix`, the interface, a version, the first word behind it.
/// Identifiers, which may hold anything, come later.
pub(crate) const FIXED: usize = 4;

/// Whether a word, decoded once, is of such characters as all fixed words are.
pub(crate) fn is_plain(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// What is done in a room: the words behind a room's id that the other rules ask for.
const DEEDS: [&str; 7] = ["redact", "send", "state", "kick", "ban", "upgrade", "batch_send"];

/// Whether whoever looks for words anywhere finds a deed in a room that these segments of another path hide: as they are,
/// decoded once, or decoded again before they are split. Some take a backslash for a slash, some leave empty words out.
pub(crate) fn hide_a_room(segments: &[&str]) -> bool {
    if lead_to_a_room(segments) {
        return true;
    }
    // Most paths have nothing that could be split.
    if !segments.iter().any(|text| text.contains(['/', '\\', '%'])) {
        return false;
    }
    (0..=ROUNDS).any(|rounds| {
        let texts: Vec<Cow<'_, str>> = segments.iter().map(|text| decoded_so_often(text, rounds)).collect();
        let words: Vec<&str> = texts.iter().flat_map(|text| text.split(['/', '\\'])).collect();
        let named: Vec<&str> = words.iter().copied().filter(|word| !word.is_empty()).collect();
        lead_to_a_room(&words) || lead_to_a_room(&named)
    })
}

fn lead_to_a_room(words: &[&str]) -> bool {
    let does = |word| DEEDS.iter().any(|deed| is_read_as(word, deed));
    words.windows(3).any(|three| is_read_as(three[0], "rooms") && does(three[2]))
}

fn is_read_as(found: &str, word: &str) -> bool {
    let odd = |character: char| character.is_whitespace() || character.is_control() || character == '/';
    undisguised(found).trim_matches(odd).eq_ignore_ascii_case(word)
}
