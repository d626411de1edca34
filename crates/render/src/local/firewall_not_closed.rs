//! A firewall that lets through what nobody listed.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::FirewallNotClosed`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::FirewallNotClosed,
    example: include_str!("../../tests/cases/err/firewall_not_closed/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let Some(ruleset) = host.get("firewall").and_then(Value::as_str) else { return };
    let mut complain = |chain: &str, detail: &str| {
        report.push(Kind::FirewallNotClosed { chain: chain.to_owned(), detail: detail.to_owned() });
    };
    let starts = |line: &&str| line.starts_with("type ") || line.starts_with("table ");
    let lines: Vec<&str> = ruleset.lines().map(str::trim).filter(starts).collect();
    let output: &[&str] = if view::role(host) == "dmz" { &["output"] } else { &[] };
    for hook in ["input", "forward"].iter().chain(output) {
        let opening = format!("type filter hook {hook} ");
        match lines.iter().find(|line| line.starts_with(&opening)) {
            None => complain(hook, "there is no such chain"),
            Some(line) if !line.contains("policy drop") => complain(hook, "its policy is not `drop`"),
            Some(_) => {}
        }
    }
    let tables = lines.iter().filter(|line| line.starts_with("table ")).count();
    if tables != 1 || !ruleset.starts_with("table inet rampart ") {
        complain("input", "the ruleset is not exactly the table `inet rampart`");
    }
}
