//! Credentials of the bot that are not its own.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, leaves::Leaf, view};
use crate::daemon::{bot::UNIT, broker::BOT_TOKEN};

/// See [`Code::BotCredentialForeign`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::BotCredentialForeign,
    example: include_str!("../../tests/cases/err/bot_credential_foreign/bootstrap/host.json"),
    checks: &[Check::File(given), Check::Leaf(read)],
};

/// What it holds at a broker: a token for the bot's verbs.
const CLIENT_TOKEN: &str = "broker-client-token-";
/// What its settings call the files that it reads.
const FILES: [&str; 2] = ["tokenFile", "clientTokenFile"];

fn given(host: &Value, report: &mut Report) {
    let mut judge = |table: &str, is_own: fn(&str) -> bool| {
        for (name, given) in view::table(host, &format!("units.{UNIT}.{table}")) {
            let given = given.as_str().unwrap_or_default();
            if !is_own(given) {
                let path = format!("units.{UNIT}.{table}.{name}");
                report.push(Kind::BotCredentialForeign { path, given: given.to_owned() });
            }
        }
    };
    judge("credentials", |secret| secret.starts_with(CLIENT_TOKEN));
    judge("made", |file| file == BOT_TOKEN);
}

/// A file that is no credential of the unit: the broker's own folder, for one.
fn read(leaf: &Leaf<'_, '_>, report: &mut Report) {
    let Leaf { trail, text, .. } = leaf;
    if !trail.is_setting_of(UNIT) || !FILES.contains(&trail.key()) {
        return;
    }
    if !text.starts_with(&format!("/run/credentials/{UNIT}.service/")) {
        report.push(Kind::BotCredentialForeign { path: trail.to_string(), given: (*text).to_owned() });
    }
}
