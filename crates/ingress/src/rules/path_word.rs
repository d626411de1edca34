//! A fixed word of a path with a character that no such word has.

use crate::rule::{Part, Rule};

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
