use crate::{EXAMPLE, assert_narrow, changed, fleet, run};

const LISTS: [&str; 7] = ["hosts", "flows", "ports", "dns", "secrets", "regions", "diagram"];

#[test]
fn every_list() {
    let folder = fleet("edge,dmz");
    for list in LISTS {
        let shown = run(&folder, &format!("show {list}"));
        assert_eq!((shown.code, shown.err.as_str()), (0, ""), "{list}");
        insta::assert_snapshot!(list, shown.out);
    }
}

#[test]
fn the_example_fits_eighty_columns() {
    let folder = fleet("");
    for list in LISTS.iter().filter(|list| **list != "diagram") {
        assert_narrow(&run(&folder, &format!("show {list} --fleet {EXAMPLE}")).out);
    }
}

#[test]
fn a_list_can_be_narrowed_to_a_host_that_exists() {
    let folder = fleet("edge");
    let ports = run(&folder, "show ports --host edge-lon").out;
    assert!(ports.lines().skip(2).all(|line| line.starts_with("edge-lon ")), "{ports}");
    let unknown = run(&folder, "show ports --host edge-lno");
    assert_eq!(unknown.code, 2);
    assert_eq!(unknown.err, "error: there is no host `edge-lno`\nhelp: did you mean `edge-lon`?\n");
}

#[test]
fn ports_say_which_case_holds_for_the_core() {
    let last = |folder| run(&folder, "show ports").out.lines().last().unwrap().to_owned();
    assert!(last(fleet("")).starts_with("core has no public address: gateway forwards"));
    let own = changed(fleet(""), "role = \"core\"", "role = \"core\"\naddress = \"203.0.113.77\"");
    let own = changed(own, "router = \"192.168.10.1\"", "router = \"203.0.113.1\"");
    assert!(last(own).starts_with("core has a public address of its own"));
    let none = changed(fleet("edge"), "role = \"core\"", "role = \"core\"\ncore.public-media = false");
    let shown = run(&none, "show ports").out.replace('\n', " ");
    assert!(shown.contains("core has no public port at all"), "{shown}");
    assert!(shown.contains("edge-lon relays 1:1 calls and serves the fallback focus."), "{shown}");
    let dns = run(&none, "show dns").out;
    assert!(dns.contains("turn                 IN A    192.0.2.10"), "{dns}");
    assert!(!dns.contains("core.sfu"), "{dns}");
}

#[test]
fn nothing_is_shown_of_an_erroneous_fleet() {
    let folder = changed(fleet(""), "role = \"core\"", "role = \"gateway\"");
    let shown = run(&folder, "show ports");
    assert_eq!((shown.code, shown.out.as_str()), (1, ""));
    assert!(shown.err.contains("error["), "{}", shown.err);
}

#[test]
fn the_picture_is_well_formed() {
    let svg = run(&fleet(""), &format!("show diagram --svg --fleet {EXAMPLE}")).out;
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    for name in ["gw-fra", "core-fra", "edge-tyo-2", "Internet"] {
        assert!(svg.contains(&format!(">{name}</text>")), "{name}");
    }
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
}
