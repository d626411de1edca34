//! Redacted messages that are gone.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver, view};

/// See [`Code::HostOriginalsDropped`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostOriginalsDropped,
    example: include_str!("../../tests/cases/err/host_originals_dropped/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if view::is_audited(host)
        && homeserver::is_here(host)
        && !homeserver::is_on(host, "save_unredacted_events", true)
    {
        report.push(Kind::HostOriginalsDropped { path: homeserver::path("save_unredacted_events") });
    }
}
