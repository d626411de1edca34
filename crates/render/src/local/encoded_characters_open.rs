//! Encoded characters that programs read differently.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::EncodedCharactersOpen`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::EncodedCharactersOpen,
    example: include_str!("../../tests/cases/err/encoded_characters_open/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    for (name, entry) in view::table(host, POINTS) {
        // An entry point that only redirects passes nothing on.
        if view::at(entry, "http.redirections").is_some() {
            continue;
        }
        for key in REFUSED {
            let path = format!("http.encodedCharacters.{key}");
            if view::at(entry, &path) != Some(&Value::Bool(false)) {
                report.push(Kind::EncodedCharactersOpen { path: format!("{POINTS}.{name}.{path}") });
            }
        }
    }
}

const POINTS: &str = "services.traefik.static.entryPoints";

/// Nothing of Matrix needs these three.
const REFUSED: [&str; 3] = ["allowEncodedBackSlash", "allowEncodedNullCharacter", "allowEncodedSemicolon"];
