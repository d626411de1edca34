//! A relay into networks that are not public.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{
    Check, LocalRule,
    relay::{self, Policy},
};

/// See [`Code::PeerPolicyOpen`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::PeerPolicyOpen,
    example: include_str!("../../tests/cases/err/peer_policy_open/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let Some(policy) = Policy::of(host) else { return };
    for (what, address) in relay::forbidden(host).into_iter().filter(|(_, address)| policy.permits(*address))
    {
        let (path, address) = (relay::SETTINGS.to_owned(), address.to_string());
        report.push(Kind::PeerPolicyOpen { path, what: what.to_owned(), address });
    }
}
