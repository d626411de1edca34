//! Client addresses that clients choose.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{LocalRule, view};

/// See [`Code::GuardTrustsStrangers`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::GuardTrustsStrangers,
    example: include_str!("../../tests/cases/err/guard_trusts_strangers/case/host.json"),
    check,
};

fn check(host: &Value, report: &mut Report) {
    for proxy in view::texts(host, PROXIES).into_iter().filter(|proxy| !view::is_inside(host, proxy)) {
        report.push(Kind::GuardTrustsStrangers { path: PROXIES.to_owned(), proxy: proxy.to_owned() });
    }
}

const PROXIES: &str = "services.rampart-guard.trustedProxies";
