//! A guard that anybody can reach without Traefik.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::GuardListensPublic`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::GuardListensPublic,
    example: include_str!("../../tests/cases/err/guard_listens_public/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    for path in STEERING {
        let listener = view::text(host, path).unwrap_or("127.0.0.1:1");
        if !view::is_inside(host, view::without_port(listener)) {
            report.push(Kind::GuardListensPublic { path: path.to_owned(), listener: listener.to_owned() });
        }
    }
    for (index, listener) in view::texts(host, LISTEN).into_iter().enumerate() {
        if !view::is_inside(host, view::without_port(listener)) {
            let path = format!("{LISTEN}.{index}");
            report.push(Kind::GuardListensPublic { path, listener: listener.to_owned() });
        }
    }
}

/// Steering sits behind the same Traefik, and believes what it says about clients.
const STEERING: [&str; 2] = ["services.rampart-steer.listen", "services.rampart-steer.local"];

const LISTEN: &str = "services.rampart-guard.listen";
