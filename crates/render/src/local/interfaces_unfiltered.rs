//! Tunnel addresses offered to clients.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::InterfacesUnfiltered`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::InterfacesUnfiltered,
    example: include_str!("../../tests/cases/err/interfaces_unfiltered/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let Some(rtc) = view::at(host, "services.livekit.rtc") else { return };
    let interfaces = view::texts(rtc, "interfaces.includes");
    if interfaces.is_empty() && view::texts(rtc, "ips.includes").is_empty() {
        let detail = "no list of interfaces limits them".to_owned();
        return report.push(Kind::InterfacesUnfiltered { path: PATH.to_owned(), detail });
    }
    let tunnel = view::text(host, "options.mesh.interface").unwrap_or_default();
    let media = view::text(rtc, "node_ip").unwrap_or_default();
    // In backbone mode media is meant to stay in the tunnel.
    if interfaces.contains(&tunnel) && !view::is_inside(host, media) {
        let detail = format!("the tunnel's interface `{tunnel}` is among them");
        report.push(Kind::InterfacesUnfiltered { path: PATH.to_owned(), detail });
    }
}

const PATH: &str = "services.livekit.rtc.interfaces.includes";
