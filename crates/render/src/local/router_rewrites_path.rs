//! Paths that change after they were judged.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{
    LocalRule,
    routers::{self, Router},
};

/// See [`Code::RouterRewritesPath`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::RouterRewritesPath,
    example: include_str!("../../tests/cases/err/router_rewrites_path/case/host.json"),
    check,
};

fn check(host: &Value, report: &mut Report) {
    for router in routers::of(host, routers::HTTP).filter(Router::reaches_homeserver) {
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
