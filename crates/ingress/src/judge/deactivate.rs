//! `POST account/deactivate`.
//!
//! Matrix spec, Client-Server API, Account deactivation; MSC4025. Here `auth` belongs to the request, and the homeserver
//! fills what is missing from the first request of that session (tuwunel: src/api/router/args.rs). So `erase` is always
//! written out.

use super::{Draft, Note};
use crate::{
    json::Json,
    rule::Refusal,
    rules::{body_shape, erasure},
};

pub(super) fn judge(draft: &mut Draft) -> Result<(), Refusal> {
    match draft.body.get("erase") {
        None | Some(Json::Null | Json::Bool(false)) => {}
        Some(Json::Bool(true)) => return Err((&erasure::RULE).into()),
        Some(_) => return Err((&body_shape::RULE).into()),
    }
    draft.keep(&["auth", "id_server", "erase"]);
    let fixed = draft.body.set("erase", Json::Bool(false));
    draft.note(Note::EraseFixed, fixed);
    Ok(())
}
