//! Routers that Traefik drops.

use diag::{Code, Kind, Report};

use super::{Check, LocalRule, routers::Routers};

/// See [`Code::RouterRuleInvalid`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::RouterRuleInvalid,
    example: include_str!("../../tests/cases/err/router_rule_invalid/case/host.json"),
    checks: &[Check::Routers(check)],
};

fn check(routers: &Routers<'_>, report: &mut Report) {
    for router in routers.all() {
        let fault = match &router.rule {
            Ok(rule) => rule.matchers().into_iter().find_map(|(name, arguments)| fault(name, arguments)),
            Err(fault) => Some(fault.clone()),
        };
        if let Some(detail) = fault {
            report.push(Kind::RouterRuleInvalid { path: router.path(), detail });
        }
    }
}

/// Matchers of HTTP and TCP routers (traefik: pkg/muxer).
const KNOWN: [&str; 14] = [
    "Host",
    "HostRegexp",
    "Path",
    "PathPrefix",
    "PathRegexp",
    "Method",
    "Header",
    "HeaderRegexp",
    "Query",
    "QueryRegexp",
    "ClientIP",
    "HostSNI",
    "HostSNIRegexp",
    "ALPN",
];

fn fault(name: &str, arguments: &[&str]) -> Option<String> {
    if !KNOWN.contains(&name) {
        return Some(format!("there is no matcher `{name}`"));
    }
    let wanted = if name.starts_with("Header") || name.starts_with("Query") { 2 } else { 1 };
    if arguments.len() != wanted {
        return Some(format!("`{name}` takes {wanted} arguments, not {}", arguments.len()));
    }
    let pattern = arguments.last().filter(|_| name.ends_with("Regexp"))?;
    regex_syntax::parse(pattern).err().map(|_| format!("the expression `{pattern}` does not compile"))
}
