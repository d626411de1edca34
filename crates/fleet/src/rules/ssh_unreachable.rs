//! Machines that nobody can log in to.

use diag::{Code, Kind, Report};

use super::{Rule, blame::blame};
use crate::Resolved;

/// See [`Code::SshUnreachable`].
pub(super) const RULE: Rule = Rule {
    code: Code::SshUnreachable,
    example: include_str!("../../tests/cases/err/ssh_unreachable/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let keyless = fleet.hosts.values().filter(|host| host.base.ssh_keys.is_empty());
    blame(fleet, report, "base.ssh-keys", keyless, |_, hosts| Kind::SshUnreachable { hosts });
}
