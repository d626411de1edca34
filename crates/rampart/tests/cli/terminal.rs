use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use testkit::TempFleet;

use crate::{changed, fleet, rampart, run};

const ESCAPE: char = '\u{1b}';

/// Both streams of runs that use every way of printing.
fn printed(variables: &[(&str, &str)]) -> Vec<String> {
    let good = fleet("edge");
    let bad = changed(fleet(""), "role = \"core\"", "role = \"croe\"");
    let runs = [
        (&good, "check"),
        (&good, "show ports"),
        (&good, "explain port_taken"),
        (&bad, "check"),
        (&bad, "render"),
        (&good, "check --fleet x"),
    ];
    runs.map(|(folder, words)| {
        let output =
            rampart(folder.path()).args(words.split(' ')).envs(variables.iter().copied()).output().unwrap();
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
    })
    .into()
}

#[test]
fn no_escapes_where_there_is_no_terminal() {
    for text in printed(&[]) {
        assert!(!text.contains(ESCAPE), "{text}");
    }
}

#[test]
fn no_escapes_against_the_users_wish() {
    for text in printed(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]) {
        assert!(!text.contains(ESCAPE), "{text}");
    }
}

/// Without this the two tests above would prove nothing.
#[test]
fn escapes_where_they_are_forced() {
    for text in printed(&[("CLICOLOR_FORCE", "1")]) {
        assert!(text.contains(ESCAPE), "{text}");
    }
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let folder = fleet("edge");
    let output = std::process::Command::new("sh")
        .current_dir(folder.path())
        .args([
            "-c",
            "\"$0\" show flows | true; \"$0\" show flows | head -n 1",
            env!("CARGO_BIN_EXE_rampart"),
        ])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

/// What is printed on a terminal of its own, by `script` of util-linux.
fn on_a_terminal(folder: &TempFleet, words: &str) -> String {
    let output = std::process::Command::new("script")
        .current_dir(folder.path())
        .args(["--quiet", "--return", "--command"])
        .arg(format!("'{}' {words}", env!("CARGO_BIN_EXE_rampart")))
        .arg("/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stdout).unwrap()
}

/// A fleet with this many edges more than usual.
fn large_fleet(edges: usize) -> TempFleet {
    let folder = fleet("edge");
    let mut text = folder.read("hosts/fleet.toml").unwrap();
    for edge in 0..edges {
        let address = format!("198.18.{}.{}", edge / 200, edge % 200 + 10);
        writeln!(text, "\n[host.e-{edge}]\nrole = \"edge\"\nregion = \"lon\"\naddress = \"{address}\"")
            .unwrap();
    }
    folder.with("hosts/fleet.toml", text).unwrap()
}

/// How large a fleet has to be for two seconds, this machine says. It is the run itself that is timed: another one may
/// have had the processors for itself.
#[test]
fn who_waits_on_a_terminal_is_told_what_for() {
    let mut edges = 400;
    let (folder, shown) = loop {
        let (folder, begun) = (large_fleet(edges), Instant::now());
        let shown = on_a_terminal(&folder, "check");
        if begun.elapsed() > Duration::from_secs(2) {
            break (folder, shown);
        }
        edges *= 2;
    };
    let (waiting, answer) = shown.split_once(" \r").unwrap_or((&shown, ""));
    assert!(waiting.contains("\rchecking the fleet … 1 s"), "{shown}");
    assert!(answer.contains("Fleet myfleet") && !answer.contains("checking the fleet"), "{shown}");

    let shown = on_a_terminal(&folder, "check --format json");
    assert!(!shown.contains("checking the fleet") && shown.contains("\"summary\""), "{shown}");
    let piped = run(&folder, "check");
    assert_eq!((piped.code, piped.err.as_str()), (0, ""));
}
