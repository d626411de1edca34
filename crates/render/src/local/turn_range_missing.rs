//! A relay on ports that nobody opened.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::TurnRangeMissing`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::TurnRangeMissing,
    example: include_str!("../../tests/cases/err/turn_range_missing/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if !view::is_on(host, "services.livekit.turn.enabled") {
        return;
    }
    let port = |key: &str| view::number(host, &format!("{TURN}.{key}")).unwrap_or_default();
    let (first, last) = (port("relay_range_start"), port("relay_range_end"));
    let detail = if first == 0 || last == 0 {
        "the range of the relay is not given"
    } else if first > last {
        "the range of the relay ends before it starts"
    } else if port("udp_port") == 0 && port("tls_port") == 0 {
        "it has neither a UDP nor a TLS port, and does not start"
    } else {
        return;
    };
    report.push(Kind::TurnRangeMissing { path: TURN.to_owned(), detail: detail.to_owned() });
}

const TURN: &str = "services.livekit.turn";
