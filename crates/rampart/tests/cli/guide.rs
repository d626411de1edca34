//! The guide, word for word: every command of ours is run in its order, every other one must be known here.

use std::process::Command;

use testkit::TempFleet;

const GUIDE: &str = include_str!("../../../../docs/guide.md");
/// What `nix flake init -t …#small` copies.
const TEMPLATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates/small");

/// Commands that need more than this machine has, and what shows that they would find what they ask for.
const ELSEWHERE: [(&str, &str); 8] = [
    ("nix profile install ", "evaluation: packages.default"),
    ("nix flake init ", "this test starts from the template's files"),
    ("cd my-fleet", "this test is there already"),
    ("$EDITOR ", "a person's work"),
    (
        "nixos-anywhere ",
        "evaluation: nixosConfigurations and disko's script; the key's file is looked for below",
    ),
    ("ssh ", "lab"),
    ("colmena apply --on @", "evaluation: colmenaHive"),
    ("deploy .#core", "evaluation: deploy.nodes"),
];

/// The indented lines, in order.
fn commands() -> Vec<&'static str> {
    GUIDE.lines().filter(|line| line.starts_with("    ")).map(str::trim).collect()
}

#[test]
fn every_command_runs_or_is_known() {
    let folder = TempFleet::copy_of(TEMPLATE).unwrap();
    for command in commands() {
        if let Some(words) = command.strip_prefix("rampart ") {
            let run = super::run(&folder, words);
            // Certificates are the reader's to bring, as the guide says.
            let expected = i32::from(words.starts_with("secrets check"));
            assert_eq!(run.code, expected, "`{command}`:\n{}", run.all());
        } else if command.starts_with("git ") || command.starts_with("echo ") {
            let shown = command.replace("git init my-fleet", "git init --quiet .");
            let status = Command::new("sh").args(["-c", &shown]).current_dir(folder.path()).status().unwrap();
            assert!(status.success(), "`{command}`: {status}");
        } else {
            assert!(
                ELSEWHERE.iter().any(|(start, _)| command.starts_with(start)),
                "`{command}` is shown by nothing"
            );
        }
    }
    assert!(folder.path().join("secrets/core/luks-system").is_file(), "nixos-anywhere is given this file");
    let staged = Command::new("git").args(["ls-files"]).current_dir(folder.path()).output().unwrap();
    let staged = String::from_utf8(staged.stdout).unwrap();
    assert!(staged.contains("hosts/generated/core.json") && !staged.contains("secrets/"), "{staged}");
}

#[test]
fn what_only_the_guide_needs_is_in_the_guide() {
    for (start, _) in ELSEWHERE {
        assert!(commands().iter().any(|command| command.starts_with(start)), "the guide has no `{start}`");
    }
}
