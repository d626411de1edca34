//! Another server's request, where there is no federation.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "federation_closed",
    part: Part::Surface,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "This server does not talk to other servers.",
    source: "Matrix spec, Server-Server API; MSC4195 for the one read that calls need",
};

/// The look-up by which token services learn whose OpenID token they hold.
pub(crate) const OPENID: [&str; 5] = ["_matrix", "federation", "v1", "openid", "userinfo"];
