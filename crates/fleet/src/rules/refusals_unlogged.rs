//! Refusals that leave no trace.

use diag::{Code, Kind, Report};
use settings::homeserver::LogLevel;

use super::{Rule, blame::blame_roles, homeservers};
use crate::Resolved;

/// See [`Code::RefusalsUnlogged`].
pub(super) const RULE: Rule = Rule {
    code: Code::RefusalsUnlogged,
    example: include_str!("../../tests/cases/err/refusals_unlogged/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    blame_roles(
        fleet,
        report,
        homeservers::ROLES,
        "guard.log",
        |host| {
            let level = homeservers::guard(host).map(|guard| guard.log);
            host.audit.enable && matches!(level, Some(LogLevel::Error | LogLevel::Warn))
        },
        |host, hosts| Kind::RefusalsUnlogged {
            hosts,
            level: homeservers::guard(host).map(|guard| guard.log.to_string()).unwrap_or_default(),
        },
    );
}
