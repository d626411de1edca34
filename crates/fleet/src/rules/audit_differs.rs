//! Machines that audit less, or more, than the rest.

use diag::{Code, Kind, Report};
use settings::audit::Audit;

use super::{Rule, blame::blame};
use crate::Resolved;

/// See [`Code::AuditDiffers`].
pub(super) const RULE: Rule = Rule {
    code: Code::AuditDiffers,
    example: include_str!("../../tests/cases/err/audit_differs/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let Some((core, _)) = fleet.core() else { return };
    for (index, (key, expected)) in words(&core.audit).into_iter().enumerate() {
        let others = fleet.hosts.values().filter(|host| words(&host.audit)[index].1 != expected);
        blame(fleet, report, &format!("audit.{key}"), others, |host, hosts| Kind::AuditDiffers {
            hosts,
            key: key.to_owned(),
            value: words(&host.audit)[index].1.to_owned(),
            core: core.name.to_string(),
            expected: expected.to_owned(),
        });
    }
}

/// The profile as it is written.
fn words(audit: &Audit) -> [(&'static str, &'static str); 6] {
    let bit = |on| if on { "true" } else { "false" };
    [
        ("enable", bit(audit.enable)),
        ("reads", audit.reads.as_str()),
        ("encrypted-create", audit.encrypted_create.as_str()),
        ("blinding", bit(audit.blinding)),
        ("keys", bit(audit.keys)),
        ("edits", bit(audit.edits)),
    ]
}
