//! Every option does something: a value of it changes what is rendered or what is complained about, or a Nix module or a
//! listing reads it. An option that does nothing is a promise that nobody keeps.

mod fleets;
mod outcome;
mod reach;
mod readers;

use std::collections::BTreeMap;

use anyhow::Result;
use options::{OptionDecl, OptionSet, Type};
use serde_json::{Value, json};

use crate::parity::values;
use fleets::Fleet;
use outcome::Outcome;
use readers::Readers;

/// Options that wait for a part that is not there yet, with what they wait for. An entry whose option does something by
/// now is a fault, too.
const WAITING: [(&str, &str); 0] = [];

/// One option: where it stands, and what it takes.
struct Asked {
    set: &'static str,
    path: Vec<String>,
    option: OptionDecl,
}

impl Asked {
    /// `edge.livekit.log`.
    fn name(&self) -> String {
        format!("{}.{}", self.set, self.path.join("."))
    }

    /// Values that the option itself names, then those of its type.
    fn values(&self) -> Vec<Value> {
        let own = self.option.example.iter().chain(&self.option.default).filter(|value| !value.is_null());
        let opposite = self.option.default.as_ref().and_then(Value::as_bool).map(|on| json!(!on));
        own.cloned().chain(opposite).chain(values::good(&self.option.ty)).collect()
    }
}

/// Local options that change more than the key they feed.
pub(crate) fn astray() -> Result<Vec<String>> {
    let (fleets, before) = stage()?;
    reach::astray(&all(), &fleets, &before)
}

/// Options that do nothing, and entries of the list above that are no longer true.
pub(crate) fn idle() -> Result<Vec<String>> {
    let readers = Readers::find()?;
    let (fleets, before) = stage()?;
    let waiting: BTreeMap<_, _> = WAITING.into_iter().collect();
    let mut found = Vec::new();
    for asked in all() {
        let name = asked.name();
        let acts = readers.read(&asked) || has_effect(&asked, &fleets, &before)?;
        match (acts, waiting.get(name.as_str())) {
            (false, None) => found.push(format!("`{name}` does nothing")),
            (true, Some(what)) => {
                found.push(format!("`{name}` does something; it no longer waits until {what}"));
            }
            _ => {}
        }
    }
    Ok(found)
}

fn has_effect(asked: &Asked, fleets: &[Fleet], before: &[Outcome]) -> Result<bool> {
    for trial in trials(asked, fleets, before) {
        let (after, before) = trial?;
        if after.is_accepted && after != *before {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The fleets, and what comes of each as it is.
fn stage() -> Result<(Vec<Fleet>, Vec<Outcome>)> {
    let fleets = fleets::all()?;
    let before = fleets.iter().map(|fleet| Outcome::of(fleet.table())).collect::<Result<_>>()?;
    Ok((fleets, before))
}

/// What comes of each fleet with each value of an option, wherever it may stand, beside what came of it without.
fn trials<'a>(
    asked: &'a Asked,
    fleets: &'a [Fleet],
    before: &'a [Outcome],
) -> impl Iterator<Item = Result<(Outcome, &'a Outcome)>> {
    let tables = move |value: Value| -> Vec<_> {
        let with = |(fleet, before): (&Fleet, &'a Outcome)| {
            fleet.with(asked, &value).into_iter().map(move |table| (table, before)).collect::<Vec<_>>()
        };
        fleets.iter().zip(before).flat_map(with).collect()
    };
    let all = asked.values().into_iter().flat_map(tables);
    all.map(|(table, before)| Ok((Outcome::of(&table)?, before)))
}

/// Every option of every set.
fn all() -> Vec<Asked> {
    let sets = settings::nixos_sets().into_iter().chain(settings::manifest_tables());
    sets.flat_map(|set| below(set.set, &[], &set)).collect()
}

fn below(name: &'static str, path: &[String], set: &OptionSet) -> Vec<Asked> {
    let each = set.options.iter().flat_map(|option| {
        let path = [path, &[option.kebab()]].concat();
        match &option.ty {
            Type::Submodule(group) => below(name, &path, group),
            _ => vec![Asked { set: name, path, option: option.clone() }],
        }
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &str) -> Asked {
        all().into_iter().find(|asked| asked.name() == name).unwrap()
    }

    fn acts(name: &str) -> bool {
        let (fleets, before) = stage().unwrap();
        has_effect(&asked(name), &fleets, &before).unwrap()
    }

    /// A disk of one's own brought a secret that nobody made, while it could be set in Nix.
    #[test]
    fn what_reaches_further_than_its_key_is_seen() {
        let (fleets, before) = stage().unwrap();
        let strayed = |scope: Option<options::Scope>, name: &str| {
            let mut asked = asked(name);
            asked.option.scope = scope.unwrap_or(asked.option.scope);
            reach::strayed(&asked, &fleets, &before).unwrap()
        };
        let local = Some(options::Scope::Local);
        let media = "disk.guest-media-device";
        assert_eq!(strayed(local, media).as_deref(), Some("secrets.luks-guest-media"));
        assert_eq!(strayed(None, media), None, "it is derived");
        assert_eq!(strayed(None, "edge.livekit.log"), None, "it feeds its key");
        assert!(strayed(local, "edge.livekit.log").is_some(), "a key that it does not say it feeds");
    }

    #[test]
    fn an_option_that_is_rendered_or_judged_acts_and_one_that_waits_does_not() {
        assert!(acts("edge.turn.allowed-peers"), "only where coturn runs");
        assert!(acts("edge.livekit.longest-call"), "by a rule");
        assert!(acts("tenant.link"));
        assert!(acts("audit.blinding"), "by the guard's settings");
        assert!(acts("tenant.title"), "by the enrolment page");
    }
}
