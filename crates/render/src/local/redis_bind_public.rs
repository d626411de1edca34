//! Redis outside the tunnel.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::RedisBindPublic`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::RedisBindPublic,
    example: include_str!("../../tests/cases/err/redis_bind_public/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    for (unit, redis) in view::table(host, "services").filter(|(unit, _)| unit.starts_with("redis-")) {
        let bound = view::texts(redis, "bind");
        let outside = bound.iter().find(|address| !view::is_inside(host, address.trim_start_matches('-')));
        let address = match outside {
            Some(address) => (*address).to_owned(),
            None if bound.is_empty() => "every address".to_owned(),
            None => continue,
        };
        report.push(Kind::RedisBindPublic { path: format!("services.{unit}.bind"), address });
    }
    if let Some(address) =
        view::text(host, USED).filter(|address| !view::is_inside(host, view::without_port(address)))
    {
        report.push(Kind::RedisBindPublic { path: USED.to_owned(), address: address.to_owned() });
    }
}

/// Where the media server looks for it; what it sends there is not encrypted.
const USED: &str = "services.livekit.redis.address";
