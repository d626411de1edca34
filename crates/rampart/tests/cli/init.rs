use testkit::TempFleet;

use crate::{fleet, run};

#[test]
fn every_subset_passes_check_and_render() {
    for set in 0..8u8 {
        let parts: Vec<&str> = ["edge", "dmz", "audit"]
            .into_iter()
            .enumerate()
            .filter(|(bit, _)| set & (1 << bit) != 0)
            .map(|(_, part)| part)
            .collect();
        let folder = fleet(&parts.join(","));
        for words in ["check", "render", "render --check"] {
            let run = run(&folder, words);
            assert_eq!(run.code, 0, "{parts:?}: {words}: {}", run.all());
        }
    }
}

#[test]
fn nothing_is_overwritten() {
    let folder = TempFleet::new().unwrap().with("hosts/fleet.toml", "mine").unwrap();
    let again = run(&folder, "init");
    assert_eq!(again.code, 2);
    assert!(again.err.contains("`hosts/fleet.toml` exists"), "{}", again.err);
    assert_eq!(folder.files().unwrap().len(), 1);
    assert_eq!(folder.read("hosts/fleet.toml").unwrap(), "mine");
}

#[test]
fn the_folder_can_be_named_in_two_ways() {
    let folder = TempFleet::new().unwrap();
    assert_eq!(run(&folder, "init lab").code, 0);
    let second = run(&folder, "init --fleet deep/er");
    assert_eq!(second.code, 0);
    assert!(second.out.contains("rampart check --fleet deep/er"), "{}", second.out);
    assert_eq!(folder.read("lab/fleet.toml").unwrap(), folder.read("deep/er/fleet.toml").unwrap());
}

/// The flake templates are what `init` writes, so that there is one text to keep right.
#[test]
fn the_flake_templates_are_the_same_fleets() {
    for (template, with) in [("small", ""), ("dmz", "dmz")] {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates");
        let kept = fs_err::read_to_string(format!("{root}/{template}/hosts/fleet.toml")).unwrap();
        let option = if with.is_empty() { String::new() } else { format!(" --with {with}") };
        let command = format!("rampart init templates/{template}/hosts{option}");
        assert_eq!(kept, fleet(with).read("hosts/fleet.toml").unwrap(), "renew it: {command}");
    }
}
