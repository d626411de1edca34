//! `PUT rooms/{roomId}/state/m.room.member/{userId}`.
//!
//! Matrix spec, Client-Server API, m.room.member; MSC4293. Content may have any other member, so all of it is kept.

use settings::{audit::Audit, guard::Policy};

use crate::{
    json::{Json, Map},
    rule::Refusal,
    rules::{audit_account_removed, auth_misplaced, member_redacts},
};

pub(super) fn judge(content: &Map, user: &str, policy: &Policy) -> Result<(), Refusal> {
    auth_misplaced::check(content)?;
    hold(content, user, &policy.audit)
}

/// What holds for a membership wherever it is written, in a new room, too.
pub(super) fn hold(content: &Map, user: &str, audit: &Audit) -> Result<(), Refusal> {
    member_redacts::check(content)?;
    let stays = matches!(content.get("membership").and_then(Json::text), Some("join" | "invite"));
    if audit.blinding && !stays {
        audit_account_removed::check(user, audit)?;
    }
    Ok(())
}
