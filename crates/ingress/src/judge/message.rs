//! `PUT rooms/{roomId}/send/{eventType}/{txnId}`, under `audit.edits`.

use crate::{
    json::Map,
    rule::Refusal,
    rules::{auth_misplaced, edit, self_destruct},
};

pub(super) fn judge(content: &Map) -> Result<(), Refusal> {
    auth_misplaced::check(content)?;
    edit::check(content)?;
    self_destruct::check(content)
}
