//! `PUT rooms/{roomId}/state/m.room.history_visibility`, under `audit.blinding`.

use crate::{
    json::Map,
    rule::Refusal,
    rules::{auth_misplaced, history_hidden},
};

pub(super) fn judge(content: &Map) -> Result<(), Refusal> {
    auth_misplaced::check(content)?;
    history_hidden::check(content)
}
