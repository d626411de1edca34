//! Rules that accept everything.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule};

/// See [`Code::FirewallRuleWide`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::FirewallRuleWide,
    example: include_str!("../../tests/cases/err/firewall_rule_wide/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let ruleset = host.get("firewall").and_then(Value::as_str).unwrap_or_default();
    // A chain's first line names its hook and policy.
    let rules = ruleset.lines().map(str::trim).filter(|line| !line.starts_with("type "));
    for rule in rules.filter(|rule| accepts_anything(rule)) {
        report.push(Kind::FirewallRuleWide { rule: rule.to_owned() });
    }
}

/// Whether the rule accepts, and is not about answers, loopback, ICMP or certain ports.
fn accepts_anything(rule: &str) -> bool {
    let (mut accepts, mut is_narrow, mut is_wide, mut is_comment) = (false, false, false, false);
    let mut before = "";
    for word in rule.split(' ') {
        match (before, word) {
            (_, "accept") => accepts = true,
            // What follows is text of people's own; only the verdict could stand behind it.
            (_, "comment") => is_comment = true,
            _ if is_comment && accepts => break,
            _ if is_comment => {}
            ("dport", "0-65535") => is_wide = true,
            ("dport", _) | ("iifname" | "oifname", "\"lo\"") | ("icmp" | "icmpv6", "type") => {
                is_narrow = true;
            }
            ("state", set) => is_narrow |= set.starts_with('{'),
            _ => {}
        }
        before = word;
    }
    accepts && (is_wide || !is_narrow)
}
