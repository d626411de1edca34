use crate::{changed, fleet, rampart};

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
