//! Routers whose order depends on the length of their text.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, routers::Routers};

/// See [`Code::RouterPriorityMissing`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::RouterPriorityMissing,
    example: include_str!("../../tests/cases/err/router_priority_missing/case/host.json"),
    checks: &[Check::Routers(check)],
};

fn check(routers: &Routers<'_>, report: &mut Report) {
    for router in &routers.http {
        let priority = router.settings.get("priority").and_then(Value::as_i64).unwrap_or_default();
        if !(1..=LIMIT).contains(&priority) {
            report.push(Kind::RouterPriorityMissing { path: format!("{}.priority", router.path()) });
        }
    }
}

/// Above it Traefik drops the router on some machines.
const LIMIT: i64 = 2_147_482_647;
