//! Routers that would let through what another one denies.

use diag::{Code, Kind, Report};

use super::{Check, LocalRule, matching::Rule, routers::Routers};

/// See [`Code::DenyTwinMissing`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::DenyTwinMissing,
    example: include_str!("../../tests/cases/err/deny_twin_missing/case/host.json"),
    checks: &[Check::Routers(check)],
};

fn check(routers: &Routers<'_>, report: &mut Report) {
    let denied: Vec<_> = routers.refusing().collect();
    if denied.is_empty() {
        return;
    }
    for (router, rule) in routers.open() {
        let lacking =
            denied.iter().filter(|(_, deny)| deny.shares_hosts_with(rule) && deny.shares_paths_with(rule));
        for (deny, _) in lacking.filter(|(_, deny)| !is_repeated(deny, rule)) {
            report.push(Kind::DenyTwinMissing { path: router.path(), deny: deny.name.to_owned() });
        }
    }
}

/// Whether the rule has the negation of what the deny router denies, host name aside.
fn is_repeated(deny: &Rule<'_>, rule: &Rule<'_>) -> bool {
    let denied: Vec<Rule<'_>> =
        deny.conjuncts().iter().filter(|part| !matches!(part, Rule::Matcher("Host", _))).cloned().collect();
    let whole = match denied.as_slice() {
        [only] => only.clone(),
        _ => Rule::All(denied),
    };
    whole.is_excluded_by(rule.conjuncts())
}
