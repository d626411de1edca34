//! The crates use each other as docs/architecture.md says, and only upwards in its table, so there is no cycle.

use std::collections::BTreeSet;

use anyhow::Result;
use cargo_metadata::{DependencyKind, MetadataCommand};

use super::{
    architecture::{Architecture, PAGE, Uses},
    fault::Fault,
};
use crate::repository;

/// A crate of the workspace and the crates of the workspace that its programs contain. Tests may use anything.
#[derive(Debug)]
pub(super) struct Crate {
    pub(super) name: String,
    pub(super) uses: BTreeSet<String>,
}

/// The crates as cargo sees them.
pub(super) fn crates() -> Result<Vec<Crate>> {
    let manifest = repository::root().join("Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec()?;
    let ours: BTreeSet<String> = metadata.packages.iter().map(|package| package.name.to_string()).collect();
    let crates = metadata.packages.iter().map(|package| {
        let shipped = package.dependencies.iter().filter(|used| used.kind != DependencyKind::Development);
        let uses = shipped.map(|used| used.name.clone()).filter(|name| ours.contains(name)).collect();
        Crate { name: package.name.to_string(), uses }
    });
    Ok(crates.collect())
}

/// Compares the two.
pub(super) fn check(page: &Architecture, crates: &[Crate]) -> Vec<Fault> {
    let named = crates.iter().filter(|it| page.row(&it.name).is_none()).map(|it| {
        Fault::new(
            PAGE,
            format!("crate `{}` is not in the table", it.name),
            "add a row that says its layer and duty",
        )
    });
    let existing = page
        .rows
        .iter()
        .filter(|row| !crates.iter().any(|it| it.name == row.name))
        .map(|row| Fault::new(PAGE, format!("there is no crate `{}`", row.name), "remove its row"));
    let used = crates.iter().filter(|it| page.row(&it.name).is_some()).flat_map(|it| edges(page, it));
    let twice = page
        .rows
        .iter()
        .enumerate()
        .filter(|(at, row)| page.row(&row.name).is_some_and(|(first, _)| first < *at));
    let twice = twice.map(|(_, row)| {
        Fault::new(PAGE, format!("crate `{}` has two rows", row.name), "keep the one that is true")
    });
    named.chain(existing).chain(twice).chain(upwards(page)).chain(used).collect()
}

/// Uses that the page does not allow.
fn edges(page: &Architecture, user: &Crate) -> Vec<Fault> {
    let forbidden = user.uses.iter().filter(|used| !page.allows(&user.name, used));
    forbidden
        .map(|used| {
            let place = format!("crates/{}/Cargo.toml", user.name);
            let remedy = format!("remove the dependency, or change what `{}` may use in {PAGE}", user.name);
            Fault::new(place, format!("`{}` must not use `{used}`", user.name), remedy)
        })
        .collect()
}

/// Permissions of the page itself that lead down or nowhere.
fn upwards(page: &Architecture) -> Vec<Fault> {
    let permissions = page.rows.iter().flat_map(|row| match &row.uses {
        Uses::Crates(names) => names.iter().map(|used| (row.name.as_str(), used.as_str())).collect(),
        Uses::Layers(_) | Uses::Anything => Vec::new(),
    });
    permissions
        .filter(|(user, used)| !page.allows(user, used))
        .map(|(user, used)| {
            let what = format!("`{user}` may use `{used}`, which does not stand above it");
            Fault::new(PAGE, what, "a crate uses only rows above its own")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::architecture::tests::TABLE;

    fn crates(uses: &[(&str, &[&str])]) -> Vec<Crate> {
        let one = |(name, uses): &(&str, &[&str])| Crate {
            name: (*name).to_owned(),
            uses: uses.iter().map(|used| (*used).to_owned()).collect(),
        };
        uses.iter().map(one).collect()
    }

    const GOOD: [(&str, &[&str]); 6] = [
        ("diag", &[]),
        ("settings", &["diag"]),
        ("fleet", &["settings"]),
        ("rampart", &["fleet", "diag"]),
        ("xtask", &["rampart"]),
        ("testkit", &[]),
    ];

    fn faults(table: &str, uses: &[(&str, &[&str])]) -> Vec<String> {
        let page = Architecture::parse(table).unwrap();
        check(&page, &crates(uses)).into_iter().map(|fault| fault.what).collect()
    }

    #[test]
    fn a_graph_like_the_table_is_fine() {
        assert_eq!(faults(TABLE, &GOOD), Vec::<String>::new());
    }

    #[test]
    fn a_second_row_is_found() {
        let table = TABLE.replace(
            "| dev | `testkit` | f | – |",
            "| dev | `testkit` | f | – |\n| dev | `testkit` | g | – |",
        );
        assert_eq!(faults(&table, &GOOD), ["crate `testkit` has two rows"]);
    }

    #[test]
    fn a_use_that_is_not_in_the_table_is_found() {
        let mut planted = GOOD;
        planted[0] = ("diag", &["fleet"]);
        assert_eq!(faults(TABLE, &planted), ["`diag` must not use `fleet`"]);
    }

    #[test]
    fn an_unlisted_crate_and_a_listed_one_that_is_gone_are_found() {
        let mut planted = GOOD;
        planted[5] = ("helper", &[]);
        assert_eq!(
            faults(TABLE, &planted),
            ["crate `helper` is not in the table", "there is no crate `testkit`"]
        );
    }

    #[test]
    fn a_table_that_points_downwards_is_found() {
        let table = TABLE.replace("| a | – |", "| a | `fleet` |");
        assert_eq!(faults(&table, &GOOD), ["`diag` may use `fleet`, which does not stand above it"]);
    }
}
