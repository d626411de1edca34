//! Paths that change after they were judged.

use diag::{Code, Kind, Report};

use super::{Check, LocalRule, routers::Routers};

/// See [`Code::RouterRewritesPath`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::RouterRewritesPath,
    example: include_str!("../../tests/cases/err/router_rewrites_path/case/host.json"),
    checks: &[Check::Routers(check)],
};

fn check(routers: &Routers<'_>, report: &mut Report) {
    for router in routers.http.iter().filter(|router| router.reaches_homeserver()) {
        let rewriting = router
            .middlewares()
            .find(|(_, middleware)| REWRITERS.iter().any(|kind| middleware.get(kind).is_some()));
        if let Some((middleware, _)) = rewriting {
            report.push(Kind::RouterRewritesPath { path: router.path(), middleware: middleware.to_owned() });
        }
    }
}

/// Middlewares that change the path (traefik: pkg/middlewares).
const REWRITERS: [&str; 5] =
    ["stripPrefix", "stripPrefixRegex", "replacePath", "replacePathRegex", "addPrefix"];
