//! One name, several hosts, and each asks for its certificate by itself.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{
    Check, LocalRule,
    routers::{Router, Routers},
    view,
};

/// See [`Code::SharedNameByAcme`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::SharedNameByAcme,
    example: include_str!("../../tests/cases/err/shared_name_by_acme/case/host.json"),
    checks: &[Check::Routers(check)],
};

fn check(routers: &Routers<'_>, report: &mut Report) {
    let host = routers.host;
    let shared = view::text(host, "options.edge.focusDomain")
        .filter(|_| view::text(host, "options.edge.mode") == Some("cluster"));
    let Some(domain) = shared else { return };
    for router in routers.all().filter(|router| asks_for(router, domain)) {
        let path = format!("{}.tls.certResolver", router.path());
        report.push(Kind::SharedNameByAcme { path, domain: domain.to_owned() });
    }
}

/// Whether Traefik asks for a certificate of this name because of the router: for what `tls.domains` lists, else for the
/// host names in its rule (traefik: pkg/provider/acme).
fn asks_for(router: &Router<'_>, domain: &str) -> bool {
    if view::at(router.settings, "tls.certResolver").is_none() {
        return false;
    }
    let is_it = |name: &&str| name.eq_ignore_ascii_case(domain);
    match view::at(router.settings, "tls.domains").and_then(Value::as_array) {
        Some(listed) if !listed.is_empty() => listed
            .iter()
            .any(|one| ["main", "sans"].iter().any(|key| view::texts(one, key).iter().any(is_it))),
        _ => router.with_rule().is_some_and(|(_, rule)| {
            let hosts = |(name, _): &(&str, _)| matches!(*name, "Host" | "HostSNI");
            rule.matchers().into_iter().filter(hosts).any(|(_, names)| names.iter().any(is_it))
        }),
    }
}
