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
        // Lines of the user's text are shown as they are, with what is said about them.
        let prose: Vec<_> = one.out.lines().filter(|line| !line.contains(" | ")).collect();
        assert_narrow(&prose.join("\n"));
        assert!(one.out.contains("\nWhy\n") && one.out.contains("\nWhat to do\n"), "{}", one.out);
    }
}
