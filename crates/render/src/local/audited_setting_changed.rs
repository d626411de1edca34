//! What Rampart rendered for an audited host, and is no longer so.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, leaves, view};
use crate::feeds;

/// See [`Code::AuditedSettingChanged`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::AuditedSettingChanged,
    example: include_str!("../../tests/cases/err/audited_setting_changed/homeserver/host.json"),
    checks: &[Check::File(check)],
};

/// A place that stays as rendered: every key that is there, and every key that is not, because an absent one has the
/// daemon's own default. A local option still reaches the one key that it feeds, within the bounds of its type.
struct Kept {
    at: &'static str,
    why: &'static str,
}

const KEPT: [Kept; 6] = [
    // All of its options are derived (crates/settings/src/audit.rs).
    Kept { at: "options.audit", why: "the profile is one for the whole fleet" },
    // tuwunel 1.9.0: tuwunel-example.toml, src/core/config. Also what is left out: `admin_execute` and
    // `emergency_password` make administrators, whom no switch binds.
    Kept { at: "services.tuwunel", why: "the homeserver lets nobody encrypt, delete or hide" },
    // crates/settings/src/guard.rs; `ingress::decide` judges by the policy.
    Kept { at: "services.rampart-guard", why: "the guard refuses what would encrypt or delete" },
    // crates/settings/src/answer.rs; the self-test fires what this policy refuses.
    Kept {
        at: "services.rampart-answer",
        why: "it answers what Traefik denies, and tests that it is denied",
    },
    // element-web: src/utils/WellKnownUtils.ts, `io.element.e2ee`.
    Kept { at: "services.rampart-steer.document", why: "it tells clients that encryption is off" },
    // doc.traefik.io: routers, middlewares, TLS options, entry points, access log.
    Kept { at: "services.traefik", why: "Traefik denies, limits, and cleans what reaches the guard" },
];

/// Tables inside [`KEPT`] in which more may stand than was rendered: the rules on routers judge what is added.
const OPEN: [&str; 13] = [
    "services.traefik.static.entryPoints",
    "services.traefik.dynamic",
    "services.traefik.dynamic.http",
    "services.traefik.dynamic.http.middlewares",
    "services.traefik.dynamic.http.routers",
    "services.traefik.dynamic.http.serversTransports",
    "services.traefik.dynamic.http.services",
    "services.traefik.dynamic.tcp",
    "services.traefik.dynamic.tcp.middlewares",
    "services.traefik.dynamic.tcp.routers",
    "services.traefik.dynamic.tcp.services",
    "services.traefik.dynamic.tls",
    "services.traefik.dynamic.tls.options",
];

/// Only the build of a host knows both: what was rendered and what Nix made of it (`modules/parts/check.nix`).
fn check(host: &Value, report: &mut Report) {
    let Some(rendered) = host.get("rendered").filter(|rendered| view::is_audited(rendered)) else { return };
    for Kept { at, why } in KEPT {
        let Some(was) = view::at(rendered, at) else { continue };
        let mut trail: Vec<&str> = at.split('.').collect();
        // A service that is gone is one change, not one for each place in it.
        let is_gone = |depth: &usize| view::at(host, &trail[..*depth].join(".")).is_none();
        if let Some(gone) = (1..trail.len()).find(is_gone) {
            trail.truncate(gone);
        }
        let is = view::at(host, &trail.join("."));
        compare(&mut trail, Some(was), is, &mut |path, was, is| {
            let (rendered, found) = shown(path, was, is);
            let path = path.iter().copied().map(quoted).collect::<Vec<_>>().join(".");
            report.push(Kind::AuditedSettingChanged { path, rendered, found, why: why.to_owned() });
        });
    }
}

/// Calls `change` with each deepest place that differs.
fn compare<'v>(
    trail: &mut Vec<&'v str>,
    was: Option<&'v Value>,
    is: Option<&'v Value>,
    change: &mut impl FnMut(&[&str], Option<&Value>, Option<&Value>),
) {
    if was == is || is_fed(trail) {
        return;
    }
    let (Some(Value::Object(rendered)), Some(Value::Object(found))) = (was, is) else {
        return change(trail, was, is);
    };
    let member = |table: &'v serde_json::Map<String, Value>, key| table.get(key).filter(|one| !one.is_null());
    let added = found.keys().filter(|key| !rendered.contains_key(*key));
    for key in rendered.keys().chain(added) {
        let (was, is) = (member(rendered, key), member(found, key));
        if was.is_some() || !OPEN.contains(&trail.join(".").as_str()) {
            trail.push(key);
            compare(trail, was, is, change);
            trail.pop();
        }
    }
}

fn is_fed(trail: &[&str]) -> bool {
    matches!(trail, ["services", unit, key @ ..] if feeds::is_fed(unit, key))
}

fn quoted(key: &str) -> String {
    if key.contains('.') { format!("\"{key}\"") } else { key.to_owned() }
}

/// Both values for people. What was rendered stands in a committed file and is no secret; a text in its place is shown
/// too, but one where none was rendered could be a password.
fn shown(path: &[&str], was: Option<&Value>, is: Option<&Value>) -> (String, String) {
    let is_secret = path.last().is_some_and(|key| leaves::is_secret(key));
    let texts = [was, is].map(|value| value.map(Value::to_string).unwrap_or_default());
    let [was_text, is_text] = &texts;
    let common = was_text.chars().zip(is_text.chars()).take_while(|(one, other)| one == other).count();
    let say = |value: Option<&Value>, text: &str, is_known: bool| match value {
        None => "nothing".to_owned(),
        Some(Value::Object(_)) => "a table".to_owned(),
        Some(Value::Array(_)) if !is_known => "a list".to_owned(),
        Some(Value::String(_)) if !is_known => "a text".to_owned(),
        Some(_) => format!("`{}`", excerpt(text, common)),
    };
    let is_known = was.is_some() && !is_secret;
    let found = if is.is_none() { "absent".to_owned() } else { say(is, is_text, is_known) };
    (say(was, was_text, !is_secret), found)
}

/// The text, or of a long one the part that begins shortly before `place`.
fn excerpt(text: &str, place: usize) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let from = place.saturating_sub(10);
    let part: String = text.chars().skip(from).take(LONGEST).collect();
    let [before, after] =
        [from > 0, text.chars().count() > from + LONGEST].map(|cut| if cut { "…" } else { "" });
    format!("{before}{part}{after}")
}
