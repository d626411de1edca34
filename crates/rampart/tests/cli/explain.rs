use std::{path::Path, process::Command};

use testkit::TempFleet;

use crate::{assert_narrow, fleet, run};

#[test]
fn one_complaint_with_its_example() {
    let shown = run(&fleet(""), "explain region_without_edge");
    assert_narrow(&shown.out);
    insta::assert_snapshot!(shown.all());
}

#[test]
fn a_code_may_be_pasted_from_a_report() {
    let folder = fleet("");
    assert_eq!(
        run(&folder, "explain warning[region_without_edge]").out,
        run(&folder, "explain region_without_edge").out
    );
}

#[test]
fn an_unknown_code_gets_a_guess() {
    let shown = run(&fleet(""), "explain region_witout_edge");
    assert_eq!(shown.code, 2);
    assert!(shown.err.ends_with("help: did you mean `region_without_edge`?\n"), "{}", shown.err);
}

#[test]
fn every_complaint_is_listed_and_explained() {
    let folder = fleet("");
    let list = run(&folder, "explain");
    assert_narrow(&list.out);
    let json: serde_json::Value = serde_json::from_str(&run(&folder, "explain --format json").out).unwrap();
    for rule in json["rules"].as_array().unwrap() {
        let code = rule["code"].as_str().unwrap();
        assert!(list.out.contains(code), "{code}");
        let one = run(&folder, &format!("explain {code}"));
        assert_eq!(one.code, 0, "{code}");
        // Examples are shown as they are.
        let (why, rest) = one.out.split_once("\nExample\n").unwrap_or_else(|| panic!("{code}: {}", one.out));
        let (_, remedy) = rest.split_once("\nWhat to do\n").unwrap_or_else(|| panic!("{code}: {}", one.out));
        assert!(why.contains("\nWhy\n") && !remedy.trim().is_empty(), "{}", one.out);
        assert_narrow(why);
        assert_narrow(remedy);
    }
}

/// What it says to do to get a complaint gets it.
#[test]
fn the_commands_of_an_example_bring_its_complaint() {
    let list: serde_json::Value =
        serde_json::from_str(&run(&TempFleet::new().unwrap(), "explain --format json").out).unwrap();
    let mut sessions = 0;
    for code in list["rules"].as_array().unwrap().iter().map(|rule| rule["code"].as_str().unwrap()) {
        let folder = TempFleet::new().unwrap();
        let one: serde_json::Value =
            serde_json::from_str(&run(&folder, &format!("explain {code} --format json")).out).unwrap();
        let rule = &one["rules"][0];
        if rule["exampleForm"] != "sh" {
            continue;
        }
        sessions += 1;
        let program = Path::new(env!("CARGO_BIN_EXE_rampart")).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
        let done = Command::new("sh")
            .args(["-c", rule["example"].as_str().unwrap()])
            .current_dir(folder.path())
            .env("PATH", path)
            .output()
            .unwrap();
        let said = [done.stdout, done.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains(&format!("[{code}]")), "{code}: {said}");
    }
    assert!(sessions > 10);
}

#[test]
fn a_rule_on_a_rendered_host_shows_what_a_host_must_not_have() {
    insta::assert_snapshot!(run(&fleet(""), "explain redis_bind_public").all());
}
