//! Redis for everybody in the tunnel.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::RedisPasswordMissing`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::RedisPasswordMissing,
    example: include_str!("../../tests/cases/err/redis_password_missing/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    for (unit, redis) in view::table(host, "services").filter(|(unit, _)| unit.starts_with("redis-")) {
        if view::text(redis, "password").unwrap_or_default().is_empty() {
            report.push(Kind::RedisPasswordMissing { path: format!("services.{unit}.password") });
        }
    }
    let uses = view::at(host, "services.livekit.redis").is_some();
    if uses && view::at(host, "units.livekit.credentials.redis-password").is_none() {
        let path = "units.livekit.credentials.redis-password".to_owned();
        report.push(Kind::RedisPasswordMissing { path });
    }
}
