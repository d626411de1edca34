//! Client addresses that clients choose.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::GuardTrustsStrangers`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::GuardTrustsStrangers,
    example: include_str!("../../tests/cases/err/guard_trusts_strangers/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    for path in PROXIES {
        for proxy in view::texts(host, path).into_iter().filter(|proxy| !view::is_inside(host, proxy)) {
            report.push(Kind::GuardTrustsStrangers { path: path.to_owned(), proxy: proxy.to_owned() });
        }
    }
}

/// Steering believes the same proxies; a stranger among them chooses its region.
const PROXIES: [&str; 2] = ["services.rampart-guard.trustedProxies", "services.rampart-steer.trustedProxies"];
