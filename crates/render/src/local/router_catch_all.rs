//! Routers that take more than is meant for them.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{LocalRule, matching_parse::parse, routers};

/// See [`Code::RouterCatchAll`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::RouterCatchAll,
    example: include_str!("../../tests/cases/err/router_catch_all/case/host.json"),
    check,
};

fn check(host: &Value, report: &mut Report) {
    let named = |name: &str, arguments: &[&str]| {
        matches!(name, "Host" | "HostSNI") && arguments.iter().all(|host| *host != "*")
    };
    let tcp = routers::of(host, routers::TCP).filter_map(|router| Some((parse(router.text()).ok()?, router)));
    let http =
        routers::of(host, routers::HTTP).filter_map(|router| Some((parse(router.text()).ok()?, router)));
    for (rule, router) in http.chain(tcp) {
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
