//! An encoded slash where a path has fixed words.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "path_slash",
    part: Part::Form,
    status: 400,
    errcode: "M_UNRECOGNIZED",
    sentence: "The path is not spelt correctly.",
    source: "Matrix spec, Client-Server API, API standards (`/_matrix/client/{version}/…`); whoever decodes a path before \
             splitting it would find other words there",
};

/// How many segments of every path are fixed words: `_matrix`, the interface, a version, the first word behind it.
/// Identifiers, which may have a slash in them, come later.
pub(crate) const FIXED: usize = 4;
