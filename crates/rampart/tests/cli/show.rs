use serde_json::{Value, json};
use testkit::TempFleet;

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
    let rows: Vec<_> = ports.lines().skip(2).take_while(|line| !line.is_empty()).collect();
    assert!(rows.len() > 1 && rows.iter().all(|line| line.starts_with("edge-lon ")), "{ports}");
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

/// Stage 1 has no ruleset, so it is in no list of flows; who may reach it is said all the same.
#[test]
fn what_is_open_at_boot_is_said() {
    let port = "role = \"core\"\ndisk.unlock-port = 2200";
    let folder = changed(fleet("edge,dmz"), "role = \"core\"", port);
    for list in ["flows", "ports"] {
        let all = run(&folder, &format!("show {list}")).out;
        assert!(all.contains("\n2222/tcp from the internet: dmz, edge-lon, gateway\n"), "{all}");
        assert!(all.contains("\n2200/tcp from its segment and whatever is routed there: core\n"), "{all}");
        let one = run(&folder, &format!("show {list} --host dmz")).out;
        assert!(one.contains("\n2222/tcp from the internet: dmz\n") && !one.contains("2200/tcp"), "{one}");
    }
}

#[test]
fn regions_say_what_a_cluster_does_not() {
    let shown = run(&fleet(""), &format!("show regions --fleet {EXAMPLE}")).out;
    insta::assert_snapshot!("regions_with_a_cluster", shown);
    assert!(shown.replace('\n', " ").contains("Cluster mode (tyo): a room is on one node"), "{shown}");
    let none = run(&fleet("edge"), "show regions").out;
    assert!(!none.contains("Cluster mode"), "{none}");
}

/// What stands in a column of the row of a region, whose cells are wrapped.
fn cells(table: &str, region: &str, column: usize) -> String {
    let lines: Vec<&str> = table.lines().collect();
    let heads = ["Region", "Mode", "Promise", "Foci,"];
    let starts: Vec<usize> = heads.iter().map(|head| lines[0].find(head).unwrap()).collect();
    let of = |line: &str| {
        let cell = line.chars().take(starts[column + 1]).skip(starts[column]).collect::<String>();
        cell.trim().to_owned()
    };
    let first = lines.iter().position(|line| line.contains(&format!("({region})"))).unwrap();
    let more = lines[first + 1..].iter().take_while(|line| line.starts_with(' '));
    let words: Vec<String> = [lines[first]].into_iter().chain(more.copied()).map(of).collect();
    words.join(" ").trim().to_owned()
}

#[test]
fn a_promise_has_a_verdict() {
    let example = fs_err::read_to_string(format!("{EXAMPLE}/fleet.toml")).unwrap();
    let shown = |changed: &[(&str, &str)], words: &str| {
        let text = changed.iter().fold(example.clone(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        });
        let folder = TempFleet::new().unwrap().with("hosts/fleet.toml", text).unwrap();
        run(&folder, &format!("show regions {words}")).out
    };
    let since = "[host.edge-lon]\nedge.draining-since = \"2026-11-28T19:00:00Z\"\n";
    let draining = [("[host.edge-lon]\n", since), ("promise = 50", "promise = 5")];
    // Frankfurt has the core alone, which is told last.
    let unmeasured = [("lon = 13, ", ""), ("longitude = 8.68\n", "longitude = 8.68\npromise = 20\n")];
    for (changed, region, word, focus, cell) in [
        (&[][..], "lon", "kept", Value::Null, "50 ms, kept"),
        (&draining, "lon", "not-while-draining", json!("edge-lon"), "5 ms, not while edge-lon drains"),
        (&unmeasured, "fra", "not-measured", Value::Null, "20 ms, not measured"),
    ] {
        let listed: Value = serde_json::from_str(&shown(changed, "--format json")).unwrap();
        let found = listed["regions"].as_array().unwrap().iter().find(|one| one["name"] == region).unwrap();
        assert_eq!((&found["verdict"], &found["draining"]), (&json!(word), &focus));
        assert!(cells(&shown(changed, ""), region, 2) == cell, "{}", shown(changed, ""));
    }
}

#[test]
fn a_declared_name_server_is_told_what_to_answer() {
    let example = fs_err::read_to_string(format!("{EXAMPLE}/fleet.toml")).unwrap();
    let text = example.replacen("mode = \"cluster\"", "mode = \"backbone\"", 1);
    let shown = |text: String| {
        let folder = TempFleet::new().unwrap().with("hosts/fleet.toml", text).unwrap();
        run(&folder, "show dns").out
    };
    assert!(shown(text.clone()).contains("relay.meridian.example: delegate it"));
    let declared = text.replacen("[fleet]\n", "[fleet]\nrelay-dns = \"geo\"\n", 1);
    assert!(shown(declared).contains("relay.meridian.example: the geo-DNS service that"));
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
