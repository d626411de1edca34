//! Keys that stop the media server.

use diag::{Code, Kind, Report};
use serde_json::Value;
use settings::daemons::{Daemon, livekit_keys, pinned};

use super::{Check, LocalRule, view};

/// See [`Code::LivekitKeyUnknown`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::LivekitKeyUnknown,
    example: include_str!("../../tests/cases/err/livekit_key_unknown/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let version = view::text(host, "options.versions.livekit").and_then(|text| text.parse().ok());
    let version = version.unwrap_or(pinned(Daemon::Livekit));
    for table in livekit_keys::tables() {
        let at = if table.is_empty() { UNIT.to_owned() } else { format!("{UNIT}.{table}") };
        let known: Vec<&str> = livekit_keys::known(table, version).collect();
        for (key, _) in view::table(host, &at).filter(|(key, _)| !known.contains(&key.as_str())) {
            let did_you_mean = diag::nearest(key, known.iter().copied()).map(str::to_owned);
            report.push(Kind::LivekitKeyUnknown { path: format!("{at}.{key}"), did_you_mean });
        }
    }
}

const UNIT: &str = "services.livekit";
