//! Routers that take more than is meant for them.

use diag::{Code, Kind, Report};

use super::{
    Check, LocalRule,
    routers::{Router, Routers},
};

/// See [`Code::RouterCatchAll`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::RouterCatchAll,
    example: include_str!("../../tests/cases/err/router_catch_all/case/host.json"),
    checks: &[Check::Routers(check)],
};

fn check(routers: &Routers<'_>, report: &mut Report) {
    let named = |name: &str, arguments: &[&str]| {
        matches!(name, "Host" | "HostSNI") && arguments.iter().all(|host| *host != "*")
    };
    for (router, rule) in routers.all().filter_map(Router::with_rule) {
        let path = |name: &str, _: &[&str]| name.starts_with("Path");
        let detail = if !rule.requires(&named) {
            "not every way through its rule names a host"
        } else if router.reaches_homeserver() && !rule.requires(&path) {
            "it leads to the homeserver, and not every way through its rule names a path"
        } else {
            continue;
        };
        report.push(Kind::RouterCatchAll { path: router.path(), detail: detail.to_owned() });
    }
}
