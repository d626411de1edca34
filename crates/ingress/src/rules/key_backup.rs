//! Keys are stored on the server.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "key_backup",
    part: Part::Keys,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "Messages on this server are kept for the record, so it holds no encryption keys.",
    source: "Matrix spec, Client-Server API, Server-side key backups; MSC3814",
};
