//! A fraction, an exponent, or an integer that readers round.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "json_number",
    part: Part::Body,
    status: 400,
    errcode: "M_BAD_JSON",
    sentence: "The request has a number that Matrix does not know.",
    source: "Matrix spec, appendices, Canonical JSON; tuwunel: src/api/router/args.rs reads such a body with another parser",
};

/// Integers that every reader holds exactly.
pub(crate) const fn is_canonical(number: i64) -> bool {
    const LARGEST: i64 = (1 << 53) - 1;
    -LARGEST <= number && number <= LARGEST
}
