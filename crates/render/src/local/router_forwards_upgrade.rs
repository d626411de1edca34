//! Connections that become tunnels.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, routers::Routers, view};

/// See [`Code::RouterForwardsUpgrade`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::RouterForwardsUpgrade,
    example: include_str!("../../tests/cases/err/router_forwards_upgrade/case/host.json"),
    checks: &[Check::Routers(check)],
};

fn check(routers: &Routers<'_>, report: &mut Report) {
    let refused = |(_, middleware): (&str, &Value)| {
        view::text(middleware, "headers.customRequestHeaders.Upgrade") == Some("")
    };
    for router in routers.http.iter().filter(|router| router.reaches_homeserver() && !router.refuses) {
        if !router.middlewares().any(refused) {
            report.push(Kind::RouterForwardsUpgrade { path: router.path() });
        }
    }
}
