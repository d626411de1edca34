//! Details of an audit that is off.

use diag::{Code, Kind, Report};
use settings::audit::{Audit, AuditReads, EncryptedCreate};

use super::{Rule, blame::blame};
use crate::Resolved;

/// See [`Code::AuditUnused`].
pub(super) const RULE: Rule = Rule {
    code: Code::AuditUnused,
    example: include_str!("../../tests/cases/err/audit_unused/fleet.toml"),
    check,
};

/// A key, and whether it asks for something.
type Detail = (&'static str, fn(&Audit) -> bool);

const DETAILS: [Detail; 6] = [
    ("reads", |audit| audit.reads == AuditReads::Direct),
    ("encrypted-create", |audit| audit.encrypted_create == EncryptedCreate::Refuse),
    ("blinding", |audit| audit.blinding),
    ("keys", |audit| audit.keys),
    ("edits", |audit| audit.edits),
    ("accounts", |audit| !audit.accounts.is_empty()),
];

fn check(fleet: &Resolved, report: &mut Report) {
    for (key, asks) in DETAILS {
        let idle = fleet.hosts.values().filter(|host| !host.audit.enable && asks(&host.audit));
        blame(fleet, report, &format!("audit.{key}"), idle, |_, hosts| Kind::AuditUnused {
            hosts,
            key: key.to_owned(),
        });
    }
}
