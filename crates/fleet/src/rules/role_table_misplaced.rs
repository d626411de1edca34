//! Settings that nobody reads.

use diag::{Code, Diagnostic, Kind, Report};
use settings::host::RoleName;

use super::Rule;
use crate::Resolved;

/// See [`Code::RoleTableMisplaced`].
pub(super) const RULE: Rule = Rule {
    code: Code::RoleTableMisplaced,
    example: include_str!("../../tests/cases/err/role_table_misplaced/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for host in fleet.hosts.values() {
        for other in RoleName::ALL.iter().filter(|other| **other != host.host.role) {
            let path = format!("host.{}.{other}", host.name);
            if fleet.places.has(&path) {
                let kind = Kind::RoleTableMisplaced {
                    host: host.name.to_string(),
                    role: host.host.role.to_string(),
                    table: other.to_string(),
                };
                report.push(Diagnostic::new(kind).at(fleet.places.key(&path)).on(host.name.as_str()));
            }
        }
    }
}
