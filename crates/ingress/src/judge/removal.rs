//! `POST rooms/{roomId}/kick` and `POST rooms/{roomId}/ban`.
//!
//! Matrix spec, Client-Server API, Room membership; MSC4293.

use settings::guard::Policy;

use super::{Draft, text};
use crate::{
    rule::Refusal,
    rules::{audit_account_removed, auth_misplaced, body_shape, member_redacts},
};

pub(super) fn judge(draft: &mut Draft, policy: &Policy) -> Result<(), Refusal> {
    auth_misplaced::check(&draft.body)?;
    member_redacts::check(&draft.body)?;
    let user = text(&draft.body, "user_id")?.ok_or(&body_shape::RULE)?;
    if policy.audit.blinding {
        audit_account_removed::check(user, &policy.audit)?;
    }
    text(&draft.body, "reason")?;
    draft.keep(&["user_id", "reason"]);
    Ok(())
}
