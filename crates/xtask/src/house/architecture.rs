//! The table of crates in docs/architecture.md.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

use crate::repository;

/// Where the table is.
pub(super) const PAGE: &str = "docs/architecture.md";

/// The rows of the table, from the bottom layer up.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Architecture {
    pub(super) rows: Vec<Row>,
}

/// One crate as the page describes it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Name of the crate.
    pub(super) name: String,
    /// Number of its layer; none for developers' crates.
    pub(super) layer: Option<u8>,
    /// What it may use.
    pub(super) uses: Uses,
}

/// What a crate may use.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Uses {
    /// These crates.
    Crates(BTreeSet<String>),
    /// Every crate up to this layer.
    Layers(u8),
    /// Every crate.
    Anything,
}

impl Architecture {
    /// Reads the page.
    pub(super) fn read() -> Result<Self> {
        Self::parse(&fs_err::read_to_string(repository::root().join(PAGE))?)
    }

    /// Finds the table: rows whose second cell names one crate.
    pub(super) fn parse(page: &str) -> Result<Self> {
        let table = page.lines().skip_while(|line| !line.starts_with("| layer | crate |")).skip(2);
        let rows: Vec<Row> = table.take_while(|line| line.starts_with('|')).filter_map(row).collect();
        if rows.is_empty() {
            bail!("{PAGE} has no table `| layer | crate | duty | may use |`");
        }
        Ok(Self { rows })
    }

    /// The row of a crate, with its place in the table.
    pub(super) fn row(&self, name: &str) -> Option<(usize, &Row)> {
        self.rows.iter().enumerate().find(|(_, row)| row.name == name)
    }

    /// Whether the page lets one crate use another: it is named in the row of the first, and stands above it.
    pub(super) fn allows(&self, name: &str, dependency: &str) -> bool {
        let (Some((below, user)), Some((above, other))) = (self.row(name), self.row(dependency)) else {
            return false;
        };
        let named = match &user.uses {
            Uses::Crates(names) => names.contains(&other.name),
            Uses::Layers(top) => other.layer.is_some_and(|layer| layer <= *top),
            Uses::Anything => true,
        };
        named && (above < below || user.uses == Uses::Anything)
    }
}

fn row(line: &str) -> Option<Row> {
    let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
    let [layer, name, _, uses] = cells.as_slice() else { return None };
    let layer = layer.split(' ').next().and_then(|number| number.parse().ok());
    Some(Row { name: name.trim_matches('`').to_owned(), layer, uses: self::uses(uses) })
}

fn uses(cell: &str) -> Uses {
    let last_layer = || cell.strip_prefix("layers 0–")?.parse().ok();
    match cell {
        "anything" => Uses::Anything,
        _ => last_layer().map_or_else(|| Uses::Crates(names(cell)), Uses::Layers),
    }
}

fn names(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::house) const TABLE: &str = "\
text
| layer | crate | duty | may use |
|---|---|---|---|
| 0 data | `diag` | a | – |
| 1 model | `settings` | b | `diag` |
| 2 stages | `fleet` | c | `diag` `settings` |
| 5 effect | `rampart` | d | layers 0–3 |
| dev | `xtask` | e | anything |
| dev | `testkit` | f | – |
more text
| other | `table` | x | – |
";

    #[test]
    fn the_table_is_read() {
        let page = Architecture::parse(TABLE).unwrap();
        assert_eq!(page.rows.len(), 6);
        assert_eq!(page.row("rampart").unwrap().1.uses, Uses::Layers(3));
        assert_eq!(page.row("diag").unwrap().1.layer, Some(0));
        assert_eq!(page.row("xtask").unwrap().1.layer, None);
        assert!(Architecture::parse("nothing").is_err());
    }

    #[test]
    fn only_what_is_named_and_above_is_allowed() {
        let page = Architecture::parse(TABLE).unwrap();
        assert!(page.allows("fleet", "settings"));
        assert!(page.allows("rampart", "fleet"));
        assert!(page.allows("xtask", "testkit"));
        assert!(!page.allows("settings", "fleet"));
        assert!(!page.allows("diag", "settings"));
        assert!(!page.allows("rampart", "testkit"));
        let upwards = TABLE.replace("| a | – |", "| a | `fleet` |");
        assert!(!Architecture::parse(&upwards).unwrap().allows("diag", "fleet"));
    }
}
