//! Every case runs through all stages; see `testkit` for how a case is written.
//!
//! The files of a case are those of a fleet folder: `fleet.toml`, `<host>/host.toml`, `allocations.json`, `keys.json`.
//! A case without `keys.json` gets a tunnel key for every host, and one without versions gets some above every floor, so that a minimal fleet has no complaint but its own.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
};

use diag::{Code, Report, Severity, Sources, pretty};
use fleet::rules;
use fs_err as fs;
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

/// A complaint without a case may be one that nobody makes. Each stands between a fleet that is refused and one that
/// is nearly the same and is not.
#[test]
fn each_complaint_has_a_case_on_both_sides() -> io::Result<()> {
    let [err, ok] = [names_in(&format!("{CASES}/err"))?, names_in(&format!("{CASES}/ok"))?];
    assert_eq!(differences(&err, &ok), [""; 0], "only under err, or only under ok");
    let ours: String =
        AREAS.iter().map(|area| fs::read_to_string(area_file(area))).collect::<io::Result<_>>()?;
    let is_ours = |code: &&Code| ours.contains(&format!("\n{} {code}: ", code.severity()));
    // Its case would be a file of 16 MB; a test below makes one.
    let with_case = Code::ALL.iter().filter(is_ours).filter(|code| **code != Code::FileTooLarge);
    let all: BTreeSet<String> = with_case.map(ToString::to_string).collect();
    assert_eq!(differences(&err, &all), [""; 0], "folders without a complaint, complaints without a folder");
    Ok(())
}

/// The areas of `diag/src/kind` whose complaints are made here or before. The others belong to rendered hosts and to
/// secrets, and have their cases there.
const AREAS: [&str; 9] =
    ["syntax", "topology", "mesh", "ports", "media", "homeserver", "dmz", "disks", "versions"];

fn area_file(area: &str) -> String {
    format!("{}/../diag/src/kind/{area}.rs", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn each_rule_is_one_file_and_registered_once() -> io::Result<()> {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules");
    let with_rule = names_in(source)?
        .into_iter()
        .filter(|name| fs::read_to_string(format!("{source}/{name}")).is_ok_and(|t| t.contains("const RULE")))
        .map(|name| name.trim_end_matches(".rs").to_owned());
    let registered: Vec<String> = rules::ALL.iter().map(|rule| rule.code.to_string()).collect();
    assert_eq!(with_rule.collect::<Vec<_>>(), registered);
    Ok(())
}

/// `rampart explain` shows these.
#[test]
fn each_example_is_a_case_of_its_complaint() -> io::Result<()> {
    for code in Code::ALL {
        let Some(example) = rules::example(*code) else { continue };
        let files = files_below(Path::new(&format!("{CASES}/err/{code}")))?;
        assert!(files.iter().any(|text| text == example), "{code}");
    }
    Ok(())
}

/// What is shipped as a starting point is free of complaints, but for keys that each owner has to make.
#[test]
fn the_shipped_fleets_are_clean() -> io::Result<()> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    for folder in ["hosts", "templates/small/hosts", "templates/dmz/hosts"] {
        let fleet = fs::read(format!("{root}/{folder}/fleet.toml"))?;
        let (report, sources) = run(&Tree::from([("fleet.toml".to_owned(), fleet)]));
        assert!(
            report.is_empty(),
            "{folder}\n{}",
            pretty::render(&report, &sources, pretty::Style::default())
        );
    }
    Ok(())
}

#[test]
fn a_file_of_any_size_is_answered() {
    let tree = |size| Tree::from([("fleet.toml".to_owned(), vec![b' '; size])]);
    let codes = |size| run(&tree(size)).0.iter().map(|d| (d.kind.code(), d.severity())).collect::<Vec<_>>();
    assert_eq!(codes(manifest::SIZE_LIMIT + 1), [(Code::FileTooLarge, Severity::Error)]);
    assert!(!codes(manifest::SIZE_LIMIT).iter().any(|(code, _)| *code == Code::FileTooLarge));
}

/// A version of each daemon whose pinned one may be below a floor.
const ABOVE_EVERY_FLOOR: values::Version = values::Version::new(999, 0, 0);

/// All complaints about a fleet folder.
fn run(inputs: &Tree) -> (Report, Sources) {
    let mut files = files(inputs);
    if files.keys.is_none() {
        files.keys = Some(keys(manifest::parse(files.clone()).written.hosts.keys()));
    }
    let Parsed { mut written, mut report, sources } = manifest::parse(files);
    let versions = &mut written.defaults.versions;
    for version in [&mut versions.traefik, &mut versions.tuwunel, &mut versions.livekit] {
        version.get_or_insert(ABOVE_EVERY_FLOOR);
    }
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

/// What is in one of the two sets only.
fn differences<'s>(a: &'s BTreeSet<String>, b: &'s BTreeSet<String>) -> Vec<&'s str> {
    a.symmetric_difference(b).map(String::as_str).collect()
}

/// Names in a folder, sorted.
fn names_in(folder: &str) -> io::Result<BTreeSet<String>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

/// The texts of all files below a folder.
fn files_below(folder: &Path) -> io::Result<Vec<String>> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            texts.extend(files_below(&path)?);
        } else {
            texts.push(String::from_utf8_lossy(&fs::read(&path)?).into_owned());
        }
    }
    Ok(texts)
}
