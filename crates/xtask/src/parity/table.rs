//! Agreement, counted by type.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::{LAXER, judges::Verdicts, question::Question};
use crate::ci::Tally;

/// Differences that are shown; one wrong type gives many.
const SHOWN: usize = 60;

/// What the three said, by the word of the type.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: BTreeMap<&'static str, Row>,
    differences: Vec<String>,
    differing: BTreeSet<String>,
    /// Options for which some value was accepted, and for which some was refused.
    accepted: BTreeSet<String>,
    refused: BTreeSet<String>,
    /// Names that are no option.
    misspelt: BTreeSet<String>,
}

#[derive(Debug, Default)]
struct Row {
    options: BTreeSet<String>,
    accepted: usize,
    refused: usize,
    laxer: usize,
    differ: usize,
}

impl Table {
    pub(super) fn add(&mut self, question: &Question, verdicts: Verdicts) {
        let row = self.rows.entry(question.word).or_default();
        let option = question.option();
        row.options.insert(option.clone());
        let Verdicts { rust, schema, nix } = verdicts;
        let nix_agrees = nix.is_none_or(|nix| nix == rust);
        match (rust, schema) {
            (true, true) if nix_agrees => row.accepted += 1,
            (false, false) if nix_agrees => row.refused += 1,
            (false, true) if nix_agrees && LAXER.contains(&question.word) => row.laxer += 1,
            _ => {
                row.differ += 1;
                self.differences.push(difference(question, verdicts));
                self.differing.insert(option.clone());
            }
        }
        let names = match question.word {
            "name" => &mut self.misspelt,
            _ if rust => &mut self.accepted,
            _ => &mut self.refused,
        };
        names.insert(option);
    }

    /// Counts options, and names that are none.
    pub(super) fn tally(&self) -> Tally {
        let asked = self.accepted.union(&self.refused).chain(&self.misspelt);
        let faulty: BTreeSet<&String> = self.differing.iter().chain(self.one_sided()).collect();
        Tally::of(asked.filter(|option| !faulty.contains(option)).count(), faulty.len())
    }

    /// Options that were not shown to accept, or not shown to refuse: the question proves little there. A free text
    /// refuses no text, but it does refuse numbers.
    fn one_sided(&self) -> impl Iterator<Item = &String> {
        let options = self.rows.iter().filter(|(word, _)| !["name", "submodule"].contains(word));
        options
            .flat_map(|(_, row)| &row.options)
            .filter(|option| !self.accepted.contains(*option) || !self.refused.contains(*option))
    }
}

fn difference(question: &Question, verdicts: Verdicts) -> String {
    let word = |accepts: bool| if accepts { "accepts" } else { "refuses" };
    let Verdicts { rust, schema, nix } = verdicts;
    let nix = nix.map_or("was not asked", word);
    let mut value = question.value.to_string();
    if value.chars().count() > 60 {
        value = value.chars().take(60).chain(['…']).collect();
    }
    format!(
        "{} = {value} ({}): Rust {}, schema {}, NixOS {nix}",
        question.option(),
        question.word,
        word(rust),
        word(schema)
    )
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<12} {:>8} {:>9} {:>8} {:>13} {:>7}",
            "type", "options", "accepted", "refused", "schema laxer", "differ"
        )?;
        for (word, Row { options, accepted, refused, laxer, differ }) in &self.rows {
            writeln!(
                f,
                "{word:<12} {:>8} {accepted:>9} {refused:>8} {laxer:>13} {differ:>7}",
                options.len()
            )?;
        }
        for difference in self.differences.iter().take(SHOWN) {
            writeln!(f, "differ: {difference}")?;
        }
        if let Some(more @ 1..) = self.differences.len().checked_sub(SHOWN) {
            writeln!(f, "… and {more} more")?;
        }
        for option in self.one_sided() {
            writeln!(f, "one-sided: {option} was not both accepted and refused")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn failed(word: &'static str, all: &[(bool, bool, Option<bool>)]) -> usize {
        let mut table = Table::default();
        for (rust, schema, nix) in all.iter().copied() {
            let question =
                Question { set: "edge", is_nixos: true, path: vec!["x".into()], word, value: json!(1) };
            table.add(&question, Verdicts { rust, schema, nix });
        }
        table.tally().failed
    }

    const BOTH: [(bool, bool, Option<bool>); 2] = [(true, true, Some(true)), (false, false, Some(false))];

    #[test]
    fn agreement_on_both_sides_passes() {
        assert_eq!(failed("str", &BOTH), 0);
        assert_eq!(failed("str", &BOTH[..1]), 1);
    }

    #[test]
    fn any_difference_fails_but_a_laxer_schema_where_it_is_listed() {
        let with = |verdicts| [BOTH[0], BOTH[1], verdicts];
        assert_eq!(failed("str", &with((false, true, Some(false)))), 1);
        assert_eq!(failed("cidr", &with((false, true, Some(false)))), 0);
        assert_eq!(failed("cidr", &with((true, false, Some(true)))), 1);
        assert_eq!(failed("cidr", &with((true, true, Some(false)))), 1);
        assert_eq!(failed("cidr", &with((false, true, Some(true)))), 1);
    }
}
