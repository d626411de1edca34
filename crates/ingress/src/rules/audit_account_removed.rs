//! An account that reads along is put out.

use settings::audit::Audit;

use crate::rule::{Part, Refusal, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "audit_account_removed",
    part: Part::Blinding,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "This account reads along for the record and cannot be removed.",
    source: "Matrix spec, Client-Server API, Room membership",
};

/// Refuses when `user` is one of the accounts that read along, in whichever case.
pub(crate) fn check(user: &str, audit: &Audit) -> Result<(), Refusal> {
    let is_one = audit.accounts.iter().any(|account| account.as_str().eq_ignore_ascii_case(user.trim()));
    if is_one { Err((&RULE).into()) } else { Ok(()) }
}
