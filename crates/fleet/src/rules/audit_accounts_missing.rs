//! Accounts that nobody may remove, and none is named.

use diag::{Code, Kind, Report};

use super::{Rule, blame::blame};
use crate::{Resolved, Role};

/// See [`Code::AuditAccountsMissing`].
pub(super) const RULE: Rule = Rule {
    code: Code::AuditAccountsMissing,
    example: include_str!("../../tests/cases/err/audit_accounts_missing/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let idle = fleet.hosts.values().filter(|host| {
        let (audit, has_homeserver) = (&host.audit, matches!(host.role, Role::Core(_) | Role::Dmz(_)));
        has_homeserver && audit.enable && audit.blinding && audit.accounts.is_empty()
    });
    blame(fleet, report, "audit.blinding", idle, |_, hosts| Kind::AuditAccountsMissing { hosts });
}
