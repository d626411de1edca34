//! Addresses that clients write themselves.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::EntrypointTrustsHeaders`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::EntrypointTrustsHeaders,
    example: include_str!("../../tests/cases/err/entrypoint_trusts_headers/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    for (name, entry) in view::table(host, POINTS) {
        for key in ["forwardedHeaders", "proxyProtocol"] {
            let all = |range: &&str| range.ends_with("/0");
            let trusts_all = view::is_on(entry, &format!("{key}.insecure"))
                || view::texts(entry, &format!("{key}.trustedIPs")).iter().any(all);
            if trusts_all {
                report.push(Kind::EntrypointTrustsHeaders { path: format!("{POINTS}.{name}.{key}") });
            }
        }
    }
}

const POINTS: &str = "services.traefik.static.entryPoints";
