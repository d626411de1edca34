//! Administration of the homeserver.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "path_internal",
    part: Part::Surface,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "Administration is not reachable from here.",
    source: "tuwunel: src/api/router.rs (`/_synapse/admin`, `/_synapse/mas`, `/_tuwunel`)",
};

/// First words of such paths.
pub(crate) const NAMES: [&str; 3] = ["_synapse", "_tuwunel", "_conduwuit"];
