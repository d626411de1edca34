//! TLS below 1.3.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::TlsFloorLowered`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::TlsFloorLowered,
    example: include_str!("../../tests/cases/err/tls_floor_lowered/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let default = format!("{OPTIONS}.default");
    let missing = view::at(host, "services.traefik.dynamic").is_some() && view::at(host, &default).is_none();
    let tables = view::table(host, OPTIONS).map(|(name, options)| (name.as_str(), Some(options)));
    for (name, options) in tables.chain(missing.then_some(("default", None))) {
        let get = |key: &str| options.and_then(|options| options.get(key)?.as_str());
        let floor = get("minVersion").unwrap_or("VersionTLS12");
        let ceiling = get("maxVersion").unwrap_or(FLOOR);
        if floor != FLOOR || ceiling != FLOOR {
            let path = format!("{OPTIONS}.{name}.minVersion");
            report.push(Kind::TlsFloorLowered { path, version: floor.to_owned() });
        }
    }
}

const OPTIONS: &str = "services.traefik.dynamic.tls.options";

/// How Traefik spells TLS 1.3.
const FLOOR: &str = "VersionTLS13";
