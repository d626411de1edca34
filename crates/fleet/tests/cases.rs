//! Every case runs through all stages; see `testkit` for how a case is written.
//!
//! The files of a case are those of a fleet folder: `fleet.toml`, `<host>/host.toml`, `allocations.json`, `keys.json`.
//! A case without `keys.json` gets a tunnel key for every host, so that a minimal fleet has no complaint but its own.

use std::collections::BTreeMap;

use diag::{Report, Sources, pretty};
use manifest::{Files, Input, Parsed};
use testkit::{Cases, Failure, Tree};

/// Folder of the cases.
const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");

#[test]
fn each_case_says_what_is_expected() -> Result<(), Failure> {
    Cases::new(CASES).check(|case| {
        let (report, sources) = run(&case.inputs);
        pretty::render(&report, &sources, pretty::Style::default())
    })
}

/// All complaints about a fleet folder.
fn run(inputs: &Tree) -> (Report, Sources) {
    let mut files = files(inputs);
    if files.keys.is_none() {
        files.keys = Some(keys(manifest::parse(files.clone()).written.hosts.keys()));
    }
    let Parsed { written, mut report, sources } = manifest::parse(files);
    let (resolved, found) = fleet::resolve(written);
    report.extend(found);
    if let Some(resolved) = resolved {
        report.extend(fleet::check(resolved).1);
    }
    (report, sources)
}

fn files(inputs: &Tree) -> Files {
    let input = |name: &str| {
        let bytes = inputs.get(name)?.clone();
        Some(Input { name: name.to_owned(), bytes })
    };
    let hosts: BTreeMap<_, _> = inputs
        .keys()
        .filter_map(|name| Some((name.strip_suffix("/host.toml")?.to_owned(), input(name)?)))
        .collect();
    Files {
        fleet: input("fleet.toml").unwrap_or_default(),
        hosts,
        allocations: input("allocations.json"),
        keys: input("keys.json"),
    }
}

/// A `keys.json` with a different key for each host.
fn keys<'n>(hosts: impl Iterator<Item = &'n values::Name>) -> Input {
    let keys: Vec<_> = hosts.enumerate().map(|(n, host)| format!("\"{host}\": \"{n:A>42}A=\"")).collect();
    let text = format!("{{ \"wireguard\": {{ {} }} }}", keys.join(", "));
    Input { name: "keys.json".to_owned(), bytes: text.into_bytes() }
}
