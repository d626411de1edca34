//! Reads that go round the guard.

use diag::{Code, Kind, Report};

use super::{Rule, blame::blame};
use crate::{Resolved, Role};

/// See [`Code::AuditReadsDirect`].
pub(super) const RULE: Rule = Rule {
    code: Code::AuditReadsDirect,
    example: include_str!("../../tests/cases/err/audit_reads_direct/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let direct =
        fleet.hosts.values().filter(|host| matches!(host.role, Role::Core(_)) && host.audit.reads_directly());
    blame(fleet, report, "audit.reads", direct, |_, hosts| Kind::AuditReadsDirect {
        hosts,
        gateway: fleet.gateway.to_string(),
    });
}
