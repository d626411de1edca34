//! `POST rooms/{roomId}/upgrade`.
//!
//! Matrix spec, Client-Server API, Room upgrades; tuwunel: src/api/client/room/upgrade.rs.

use settings::guard::Policy;

use super::{Draft, create_room::creators, text};
use crate::{
    rule::Refusal,
    rules::{auth_misplaced, body_shape, room_version_pinned},
};

pub(super) fn judge(draft: &mut Draft, policy: &Policy) -> Result<(), Refusal> {
    auth_misplaced::check(&draft.body)?;
    creators(&draft.body)?;
    let version = text(&draft.body, "new_version")?.ok_or(&body_shape::RULE)?;
    if version != policy.room_version.as_str() {
        return Err((&room_version_pinned::RULE).into());
    }
    draft.keep(&["new_version"]);
    Ok(())
}
