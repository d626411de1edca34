//! Messages that their writers remove.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver, view};

/// See [`Code::HostRedactionsAllowed`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostRedactionsAllowed,
    example: include_str!("../../tests/cases/err/host_redactions_allowed/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if view::is_audited(host)
        && homeserver::is_here(host)
        && !homeserver::is_on(host, "disable_local_redactions", false)
    {
        report.push(Kind::HostRedactionsAllowed { path: homeserver::path("disable_local_redactions") });
    }
}
