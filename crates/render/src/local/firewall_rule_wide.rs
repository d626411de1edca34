//! Rules that accept everything.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::LocalRule;

/// See [`Code::FirewallRuleWide`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::FirewallRuleWide,
    example: include_str!("../../tests/cases/err/firewall_rule_wide/case/host.json"),
    check,
};

fn check(host: &Value, report: &mut Report) {
    let ruleset = host.get("firewall").and_then(Value::as_str).unwrap_or_default();
    let rules = ruleset.lines().map(str::trim).filter(|line| accepts(line));
    // A chain's first line names its hook and policy.
    for rule in rules.filter(|rule| !rule.starts_with("type ") && !is_narrow(rule)) {
        report.push(Kind::FirewallRuleWide { rule: rule.to_owned() });
    }
}

fn accepts(line: &str) -> bool {
    // To look for the word is quicker than to split a line, and most lines do not have it.
    line.contains("accept") && line.split(' ').any(|word| word == "accept")
}

/// Words of which an accepting rule has at least one: it is about answers, loopback, ICMP or certain ports.
const NARROW: [&str; 6] =
    [" dport ", "ct state {", "iifname \"lo\"", "oifname \"lo\"", "icmp type", "icmpv6 type"];

fn is_narrow(rule: &str) -> bool {
    let matches = rule.split(" comment ").next().unwrap_or_default();
    NARROW.iter().any(|word| matches.contains(word)) && !matches.contains("dport 0-65535")
}
