//! Registration without any token.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, homeserver};

/// See [`Code::RegistrationOpenFlag`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::RegistrationOpenFlag,
    example: include_str!("../../tests/cases/err/registration_open_flag/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    if homeserver::is_on(
        host,
        "yes_i_am_very_very_sure_i_want_an_open_registration_server_prone_to_abuse",
        false,
    ) {
        report.push(Kind::RegistrationOpenFlag {
            path: homeserver::path(
                "yes_i_am_very_very_sure_i_want_an_open_registration_server_prone_to_abuse",
            ),
        });
    }
}
