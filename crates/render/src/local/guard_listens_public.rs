//! A guard that anybody can reach without Traefik.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{LocalRule, view};

/// See [`Code::GuardListensPublic`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::GuardListensPublic,
    example: include_str!("../../tests/cases/err/guard_listens_public/case/host.json"),
    check,
};

fn check(host: &Value, report: &mut Report) {
    for (index, listener) in view::texts(host, LISTEN).into_iter().enumerate() {
        if !view::is_inside(host, view::without_port(listener)) {
            let path = format!("{LISTEN}.{index}");
            report.push(Kind::GuardListensPublic { path, listener: listener.to_owned() });
        }
    }
}

const LISTEN: &str = "services.rampart-guard.listen";
