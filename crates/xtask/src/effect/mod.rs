//! Every option does something: a value of it changes what is rendered or what is complained about, or a Nix module or a
//! listing reads it. An option that does nothing is a promise that nobody keeps.

mod fleets;
mod outcome;
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

/// Options that do nothing, and entries of the list above that are no longer true.
pub(crate) fn idle() -> Result<Vec<String>> {
    let readers = Readers::find()?;
    let fleets = fleets::all()?;
    let before: Vec<Outcome> =
        fleets.iter().map(|fleet| Outcome::of(fleet.table())).collect::<Result<_>>()?;
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
    for value in asked.values() {
        for (fleet, before) in fleets.iter().zip(before) {
            for table in fleet.with(asked, &value) {
                let after = Outcome::of(&table)?;
                if after.is_accepted && after != *before {
                    return Ok(true);
                }
            }
        }
    }
    Ok(false)
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
        let fleets = fleets::all().unwrap();
        let before: Vec<_> = fleets.iter().map(|fleet| Outcome::of(fleet.table()).unwrap()).collect();
        has_effect(&asked(name), &fleets, &before).unwrap()
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
