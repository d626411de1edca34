//! Signalling without TLS before it.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::LivekitBindPublic`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::LivekitBindPublic,
    example: include_str!("../../tests/cases/err/livekit_bind_public/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if view::at(host, "services.livekit").is_none() {
        return;
    }
    let bound = view::texts(host, PATH);
    if bound.is_empty() {
        report.push(Kind::LivekitBindPublic { path: PATH.to_owned(), address: "every address".to_owned() });
    }
    for address in bound.into_iter().filter(|address| !view::is_inside(host, address)) {
        report.push(Kind::LivekitBindPublic { path: PATH.to_owned(), address: address.to_owned() });
    }
}

const PATH: &str = "services.livekit.bind_addresses";
