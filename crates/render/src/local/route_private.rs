//! Ways from the internet to what is private.

use diag::{Code, Kind, Report};

use super::{
    Check, LocalRule,
    probe::{Patterns, Probe},
    routers::Routers,
};

/// See [`Code::RoutePrivate`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::RoutePrivate,
    example: include_str!("../../tests/cases/err/route_private/case/host.json"),
    checks: &[Check::Routers(check)],
};

fn check(routers: &Routers<'_>, report: &mut Report) {
    for router in routers.all() {
        if router.service().ends_with("@internal") && router.service() != "noop@internal" {
            let request = format!("`{}`", router.service());
            report.push(Kind::RoutePrivate { path: router.path(), request });
        }
    }
    let patterns = Patterns::default();
    for (router, rule) in routers.open() {
        // Without a word about methods one is as good as another.
        let asks = rule.matchers().iter().any(|(name, _)| *name == "Method");
        let methods: &[&str] = if asks { &["GET", "POST", "DELETE"] } else { &["GET"] };
        let is_taken = |path: &str| {
            methods.iter().any(|method| rule.can_be(true, &Probe { method, path, patterns: &patterns }))
        };
        let mut reached = PRIVATE.iter().filter(|path| is_taken(path));
        if let Some(path) = reached.next() {
            report.push(Kind::RoutePrivate { path: router.path(), request: format!("`{path}`") });
        }
    }
}

/// Paths that no stranger may reach, one of each interface.
const PRIVATE: [&str; 9] = [
    "/_synapse/admin/v1/users",
    "/_conduwuit/admin",
    "/_matrix/client/v3/admin/whois/x",
    "/_matrix/client/unstable/admin/account",
    "/_matrix/client/unstable/uk.timedout.msc4323/admin/suspend/x",
    "/metrics",
    "/debug/pprof/heap",
    "/dashboard/",
    "/twirp/livekit.RoomService/DeleteRoom",
];
