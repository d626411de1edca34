//! A log that tells more than it must.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::AccessLogTooWide`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::AccessLogTooWide,
    example: include_str!("../../tests/cases/err/access_log_too_wide/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if view::at(host, LOG).is_none() {
        return;
    }
    for (path, kept) in FIELDS {
        let path = format!("{LOG}.fields.{path}");
        // What Traefik does with a field that nobody mentions.
        let value = view::text(host, &path).unwrap_or(if kept { "keep" } else { "drop" });
        if value != "drop" {
            report.push(Kind::AccessLogTooWide { path });
        }
    }
}

const LOG: &str = "services.traefik.static.accessLog";

/// Fields that hold names of people and rooms, or tokens; with whether they are kept by default.
const FIELDS: [(&str, bool); 4] = [
    ("headers.defaultMode", false),
    ("queryParameters.defaultMode", true),
    ("names.RequestLine", true),
    ("names.RequestPath", true),
];
