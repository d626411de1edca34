//! Routers that come in any order.

use diag::{Code, Kind, Report};
use serde_json::Value;
use std::collections::BTreeMap;

use super::{
    Check, LocalRule,
    routers::{self, Routers},
};

/// See [`Code::RouterPriorityShared`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::RouterPriorityShared,
    example: include_str!("../../tests/cases/err/router_priority_shared/case/host.json"),
    checks: &[Check::Routers(check)],
};

fn check(routers: &Routers<'_>, report: &mut Report) {
    let mut seen: BTreeMap<i64, &str> = BTreeMap::new();
    for router in &routers.http {
        let Some(priority) = router.settings.get("priority").and_then(Value::as_i64) else { continue };
        if let Some(first) = seen.insert(priority, router.name) {
            let (first, second) = (first.to_owned(), router.name.to_owned());
            report.push(Kind::RouterPriorityShared {
                table: routers::HTTP.to_owned(),
                first,
                second,
                priority,
            });
        }
    }
}
