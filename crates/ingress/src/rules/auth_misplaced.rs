//! A member `auth` where there is no interactive authentication.

use crate::{
    json::Map,
    rule::{Part, Refusal, Rule},
};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "auth_misplaced",
    part: Part::Audit,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "This request must not carry a password step.",
    source: "Matrix spec, Client-Server API, User-interactive authentication; tuwunel: src/api/router/args.rs merges members of an earlier request into any body with `auth.session`",
};

/// Refuses a body that names an authentication session: what the homeserver acts on would not be what was judged.
pub(crate) fn check(body: &Map) -> Result<(), Refusal> {
    if body.get("auth").is_some() { Err((&RULE).into()) } else { Ok(()) }
}
