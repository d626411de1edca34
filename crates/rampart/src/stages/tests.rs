//! No manifest, however broken, brings the stages down.

use diag::pretty;
use manifest::Input;
use proptest::{prelude::*, sample::Index};

use super::*;

const EXAMPLE: &str = include_str!("../../../../hosts/fleet.toml");

/// What a hand, an editor or a merge may leave in a manifest.
const JUNK: [&str; 28] = [
    "",
    "\n",
    "=",
    "\"",
    "'''",
    "[",
    "]",
    "[[host]]",
    "[host.a]\n",
    "{",
    "}",
    ".",
    ",",
    "#",
    "-1",
    "0",
    "65536",
    "99999999999999999999",
    "1e999",
    "nan",
    "true",
    "\u{0}",
    "é",
    "\u{202e}",
    "<<<<<<< HEAD\n",
    "10.77.0.0/33",
    "\"0.0.0.0/0\"",
    "role = \"core\"\n",
];

/// One change to a text.
#[derive(Debug, Clone)]
enum Change {
    Insert(Index, &'static str),
    Cut(Index, Index),
    Repeat(Index, Index),
    SwapLines(Index, Index),
    SwapValues(Index, Index),
    Byte(Index, u8),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    prop_oneof![
        (at(), prop::sample::select(&JUNK[..])).prop_map(|(at, junk)| Change::Insert(at, junk)),
        (at(), at()).prop_map(|(a, b)| Change::Cut(a, b)),
        (at(), at()).prop_map(|(a, b)| Change::Repeat(a, b)),
        (at(), at()).prop_map(|(a, b)| Change::SwapLines(a, b)),
        (at(), at()).prop_map(|(a, b)| Change::SwapValues(a, b)),
        (at(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
    ]
}

fn apply(text: Vec<u8>, change: &Change) -> Vec<u8> {
    let length = text.len() + 1;
    let span = |a: Index, b: Index| {
        let (a, b) = (a.index(length), b.index(40));
        a..(a + b).min(text.len())
    };
    match change {
        Change::Insert(at, junk) => {
            let (head, tail) = text.split_at(at.index(length));
            [head, junk.as_bytes(), tail].concat()
        }
        Change::Cut(a, b) => {
            let span = span(*a, *b);
            [&text[..span.start], &text[span.end..]].concat()
        }
        Change::Repeat(a, b) => {
            let span = span(*a, *b);
            [&text[..span.end], &text[span.start..]].concat()
        }
        Change::SwapLines(a, b) => swap(&text, *a, *b, |a, b| (b.to_owned(), a.to_owned())),
        Change::SwapValues(a, b) => swap(&text, *a, *b, swapped_values),
        Change::Byte(at, byte) => {
            let mut text = text;
            let length = text.len().max(1);
            if let Some(place) = text.get_mut(at.index(length)) {
                *place = *byte;
            }
            text
        }
    }
}

/// Two lines, replaced by what `exchange` makes of them.
fn swap(text: &[u8], a: Index, b: Index, exchange: impl Fn(&str, &str) -> (String, String)) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let (a, b) = (a.index(lines.len()), b.index(lines.len()));
    (lines[a], lines[b]) = exchange(&lines[a], &lines[b]);
    lines.join("\n").into_bytes()
}

/// Two lines with each other's value; lines without one stay.
fn swapped_values(first: &str, second: &str) -> (String, String) {
    match (first.split_once('='), second.split_once('=')) {
        (Some((one, value)), Some((other, its))) => (format!("{one}={its}"), format!("{other}={value}")),
        _ => (first.to_owned(), second.to_owned()),
    }
}

fn input(name: &str, bytes: Vec<u8>) -> Input {
    Input { name: format!("hosts/{name}"), bytes }
}

fn judged(fleet: Vec<u8>) -> Verdict<()> {
    judge_files(Files { fleet: input("fleet.toml", fleet), ..Files::default() }, &[], drop)
}

/// The example with a second file beside it.
fn judged_with(place: impl FnOnce(&mut Files)) -> Verdict<()> {
    let mut files = Files { fleet: input("fleet.toml", EXAMPLE.into()), ..Files::default() };
    place(&mut files);
    judge_files(files, &[], drop)
}

/// Every complaint has a place (one on a rendered host names the host instead) and a help and can be drawn, and only a fleet without errors gets through.
fn assert_sound(verdict: &Verdict<()>) {
    let Verdict { report, sources, fleet } = verdict;
    assert_eq!(fleet.is_some(), !report.has_errors(false));
    assert!(report.iter().all(|complaint| !complaint.kind.help().is_empty()));
    let nowhere = report.iter().find(|complaint| complaint.place.is_none() && complaint.host.is_none());
    assert!(nowhere.is_none(), "`{}` without a place", nowhere.map_or("", |it| it.kind.code().as_str()));
    assert!(report.is_empty() || !pretty::render(report, sources, pretty::Style::default()).is_empty());
    assert!(report.to_json(sources)["diagnostics"].is_array());
}

#[test]
fn the_starting_point_is_fine() {
    assert!(judged(EXAMPLE.into()).fleet.is_some());
}

#[test]
fn the_example_is_eight_hosts_in_fewer_than_120_lines() {
    assert_eq!(EXAMPLE.matches("\n[host.").count(), 8);
    let lines = EXAMPLE.lines().count();
    assert!(lines < 120, "{lines}");
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec(change(), 1..6)
}

fn mutated(text: &str, changes: &[Change]) -> Vec<u8> {
    changes.iter().fold(text.into(), apply)
}

proptest! {
    // `PROPTEST_CASES=100000` makes it a long run.
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(2000), ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_manifest(changes in changes()) {
        assert_sound(&judged(mutated(EXAMPLE, &changes)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_host_file(changes in changes()) {
        let text = mutated("region = \"lon\"\nplatform.memory = 8192\n[edge]\nturn-ttl-seconds = 60\n", &changes);
        assert_sound(&judged_with(|files| {
            files.hosts.insert("edge-lon".to_owned(), input("edge-lon/host.toml", text));
        }));
    }

    #[test]
    fn mutated_allocations(changes in changes()) {
        let fleet = judged(EXAMPLE.into()).fleet.unwrap();
        let text = mutated(&render::allocations(fleet.checked.fleet()), &changes);
        assert_sound(&judged_with(|files| files.allocations = Some(input("allocations.json", text))));
    }

    #[test]
    fn mutated_keys(changes in changes()) {
        let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        let text = format!("{{\n  \"wireguard\": {{\n    \"gw-fra\": \"{key}\"\n  }}\n}}\n");
        let text = mutated(&text, &changes);
        assert_sound(&judged_with(|files| files.keys = Some(input("keys.json", text))));
    }
}
