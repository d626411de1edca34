//! Credentials of the bot that are not its own.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};
use crate::daemon::{bot::UNIT, broker::BOT_TOKEN};

/// See [`Code::BotCredentialForeign`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::BotCredentialForeign,
    example: include_str!("../../tests/cases/err/bot_credential_foreign/bootstrap/host.json"),
    checks: &[Check::File(given), Check::File(read)],
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
fn read(host: &Value, report: &mut Report) {
    let place = format!("services.{UNIT}");
    if let Some(settings) = view::at(host, &place) {
        look(settings, &place, report);
    }
}

fn look(value: &Value, place: &str, report: &mut Report) {
    let own = format!("/run/credentials/{UNIT}.service/");
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let path = format!("{place}.{name}");
                let file = value.as_str().filter(|_| FILES.contains(&name.as_str()));
                match file.filter(|file| !file.starts_with(&own)) {
                    Some(given) => report.push(Kind::BotCredentialForeign { path, given: given.to_owned() }),
                    None => look(value, &path, report),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                look(item, &format!("{place}.{index}"), report);
            }
        }
        _ => {}
    }
}
