//! A body that is no UTF-8, begins with a byte order mark, or is compressed.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "json_encoding",
    part: Part::Body,
    status: 400,
    errcode: "M_NOT_JSON",
    sentence: "The request must be plain UTF-8.",
    source: "RFC 8259 §8.1; tuwunel: src/router/layers.rs decompresses no request",
};
