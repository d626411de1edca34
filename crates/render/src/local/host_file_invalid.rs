//! A file of another form than Nix takes it for.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, shape, view};

/// See [`Code::HostFileInvalid`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostFileInvalid,
    example: include_str!("../../tests/cases/err/host_file_invalid/unknown-set/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    let mut complain = |above: &str, (inside, detail): (String, String)| {
        let path = match (above, inside.as_str()) {
            ("", ".") => "the whole".to_owned(),
            ("", inside) => inside.to_owned(),
            (above, ".") => above.to_owned(),
            (above, inside) => format!("{above}.{inside}"),
        };
        report.push(Kind::HostFileInvalid { path, detail });
    };
    let known = match shape::read::<shape::HostFile>(host) {
        Ok(file) => {
            let mut sets = shape::SETS.to_vec();
            sets.push(shape::role_set(file.facts.role));
            sets
        }
        Err(fault) => return complain("", fault),
    };
    for part in ["options", "services"].into_iter().filter(|part| !host[*part].is_object()) {
        complain(part, (".".to_owned(), "it is not a table".to_owned()));
    }
    for (set, read) in &known {
        let path = format!("options.{set}");
        match view::at(host, &path) {
            None => complain(&path, (".".to_owned(), "the set is missing".to_owned())),
            Some(values) => read(values).unwrap_or_else(|fault| complain(&path, fault)),
        }
    }
    for (set, _) in view::table(host, "options").filter(|(set, _)| !known.iter().any(|(name, _)| name == set))
    {
        let detail = "a host of this role has no such set".to_owned();
        complain(&format!("options.{set}"), (".".to_owned(), detail));
    }
    for (unit, read) in shape::SERVICES {
        let path = format!("services.{unit}");
        if let Some(settings) = view::at(host, &path) {
            read(settings).unwrap_or_else(|fault| complain(&path, fault));
        }
    }
    for (unit, _) in
        view::table(host, "services").filter(|(unit, _)| host["units"].get(unit.as_str()).is_none())
    {
        let detail = "the service has no unit of its name".to_owned();
        complain(&format!("units.{unit}"), (".".to_owned(), detail));
    }
}
