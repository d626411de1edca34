//! A misspelt guard rail.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver};

/// See [`Code::UnknownOptionsTolerated`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::UnknownOptionsTolerated,
    example: include_str!("../../tests/cases/err/unknown_options_tolerated/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if homeserver::is_here(host) && !homeserver::is_on(host, "error_on_unknown_config_opts", false) {
        report.push(Kind::UnknownOptionsTolerated { path: homeserver::path("error_on_unknown_config_opts") });
    }
}
