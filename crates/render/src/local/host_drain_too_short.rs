//! Calls that a stop cuts off.

use diag::{Code, Kind, Report};
use serde_json::Value;
use values::Duration;

use super::{Check, LocalRule, view};

/// See [`Code::HostDrainTooShort`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostDrainTooShort,
    example: include_str!("../../tests/cases/err/host_drain_too_short/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    for path in ["options.core.livekit", "options.edge.livekit"] {
        let get = |key: &str| view::text(host, &format!("{path}.{key}"))?.parse::<Duration>().ok();
        let (Some(drain), Some(longest)) = (get("drainTime"), get("longestCall")) else { continue };
        if drain < longest {
            let (path, drain, longest) =
                (format!("{path}.drainTime"), drain.to_string(), longest.to_string());
            report.push(Kind::HostDrainTooShort { path, drain, longest });
        }
    }
}
