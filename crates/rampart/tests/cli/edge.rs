//! `rampart edge`: the manifest is edited where the host stands, and nothing is taken away from people who are in a call.
//! The core is a script here, which says what `rampart-steer` would.

use std::{collections::HashMap, os::unix::fs::PermissionsExt};

use fs_err as fs;
use serde_json::{Value, json};
use testkit::TempFleet;

use crate::{Run, changed, fleet, run};

/// Name of the edge that `init --with edge` writes.
fn edge(folder: &TempFleet) -> String {
    let answer = json(&run(folder, "edge list --offline --format json"));
    answer["edges"][0]["name"].as_str().unwrap().to_owned()
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.all()))
}

fn manifest(folder: &TempFleet) -> String {
    folder.read("hosts/fleet.toml").unwrap()
}

/// A core on which the edge has this many people; it writes down what it was asked.
fn core(folder: &TempFleet, edge: &str, people: u64) -> String {
    let figures = json!({ "rooms": people.min(1), "participants": people, "cpuSeconds": 1.0, "cpus": 0.25 });
    let server =
        json!({ "host": edge, "healthy": true, "draining": false, "fault": null, "figures": figures });
    let status = json!({ "foci": [{ "name": edge, "state": "open", "servers": [server] }] });
    let script = folder.path().join("core");
    fs::write(&script, format!("#!/bin/sh\necho \"$@\" >> asked\ncat <<'END'\n{status}\nEND\n")).unwrap();
    fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    "--via ./core".to_owned()
}

fn drained(folder: &TempFleet, edge: &str, since: &str) {
    let text = manifest(folder);
    let begin = text.find("draining-since = \"").unwrap() + "draining-since = \"".len();
    let changed = format!("{}{since}{}", &text[..begin], &text[begin + 20..]);
    fs::write(folder.path().join("hosts/fleet.toml"), changed).unwrap();
    assert!(manifest(folder).contains(edge));
}

#[test]
fn a_new_edge_is_in_the_manifest_and_in_the_rendered_hosts() {
    let folder = fleet("edge");
    let before = manifest(&folder);
    let region = json(&run(&folder, "show regions --format json"))["regions"][0]["name"].clone();
    let region = region.as_str().unwrap();
    let added =
        run(&folder, &format!("edge add edge-new --region {region} --address 192.0.2.99 --secrets s"));
    assert_eq!(added.code, 0, "{}", added.all());
    let after = manifest(&folder);
    let table =
        format!("[host.edge-new]\nrole = \"edge\"\nregion = \"{region}\"\naddress = \"192.0.2.99\"\n");
    assert!(after.contains(&table), "{after}");
    let comments = |text: &str| text.lines().filter(|line| line.contains('#')).count();
    assert_eq!(comments(&after), comments(&before));
    assert!(
        added.out.contains("edge-new.sfu.") && added.out.contains("wrote    hosts/fleet.toml"),
        "{}",
        added.out
    );
    assert!(folder.path().join("s/edge-new/wireguard-private").is_file());
    assert_eq!(run(&folder, "render --check").code, 0);
    assert_eq!(run(&folder, "check").code, 0);
}

/// Roles of the hosts that an answer says are to be deployed, in its order.
fn deployed(folder: &TempFleet, answer: &Value) -> Vec<String> {
    let hosts = json(&run(folder, "show hosts --format json"));
    let roles: HashMap<&str, &str> = hosts["hosts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|host| (host["name"].as_str().unwrap(), host["role"].as_str().unwrap()))
        .collect();
    answer["deploy"].as_array().unwrap().iter().map(|host| roles[host.as_str().unwrap()].to_owned()).collect()
}

#[test]
fn clients_are_told_a_new_edge_after_everybody_who_leads_them_there() {
    let folder = fleet("edge,dmz");
    run(&folder, "render");
    let region = json(&run(&folder, "show regions --format json"))["regions"][0]["name"].clone();
    let add = format!("edge add edge-new --region {} --address 192.0.2.99", region.as_str().unwrap());
    let answer = json(&run(&folder, &format!("{add} --format json")));
    assert_eq!(deployed(&folder, &answer), ["edge", "gateway", "core", "dmz"]);
    let steps = answer["steps"].to_string();
    assert!(steps.contains("Install edge-new and deploy it; then, in this order, deploy gateway"), "{steps}");
    assert!(!steps.contains("coturn"), "{steps}");
}

#[test]
fn hosts_to_whom_a_new_node_of_a_cluster_only_gives_another_wave_are_not_deployed() {
    for (secrets, first) in [("", "makes its keys"), ("--secrets s", "Bring `s/edge-new/tls-web`")] {
        let cluster = "[region.lon]\nmode = \"cluster\"\n";
        let folder = changed(fleet("edge,dmz"), "[region.lon]\n", cluster);
        run(&folder, "secrets generate --out s");
        run(&folder, "render");
        let before = wave(&folder, "gateway");
        let add = "edge add edge-new --region lon --address 192.0.2.99 --format json";
        let answer = json(&run(&folder, &format!("{add} {secrets}")));
        let steps = answer["steps"].to_string();
        assert!(steps.contains(first), "{steps}");
        assert_eq!(deployed(&folder, &answer), ["edge", "core"], "{secrets}");
        // The name that people come in by leads there last.
        let install = steps.find("Install edge-new and deploy it; then deploy core.").unwrap();
        let named = steps.find("add a DNS record to 192.0.2.99: `lon.sfu.chat.example.org`").unwrap();
        assert!(install < named && steps.contains("192.0.2.99: `edge-new.turn."), "{steps}");
        assert_ne!(wave(&folder, "gateway"), before);
    }
}

#[test]
fn a_node_of_a_cluster_is_emptied_by_its_name_and_a_stop_and_its_focus_stays() {
    let folder = changed(fleet("edge"), "[region.lon]\n", "[region.lon]\nmode = \"cluster\"\n");
    run(&folder, "render");
    let steps = |words: &str| json(&run(&folder, &format!("edge {words} --format json")))["steps"].clone();
    // The only node takes its focus with it.
    let alone = steps(&format!("drain {} --offline", edge(&folder)));
    assert!(alone.to_string().contains("24 hours"), "{alone}");
    steps(&format!("drain {} --offline --undo", edge(&folder)));
    steps("add edge-new --region lon --address 192.0.2.99");
    let is_way_in = || {
        let dns = run(&folder, "show dns").out;
        dns.lines().any(|line| line.starts_with("lon.sfu") && line.contains("192.0.2.99"))
    };
    assert!(is_way_in());
    let drained = steps("drain edge-new --offline");
    assert!(!is_way_in());
    let drained: Vec<&str> = drained.as_array().unwrap().iter().map(|step| step.as_str().unwrap()).collect();
    assert!(drained[0].contains("`lon` stays in all lists"), "{drained:?}");
    assert!(drained[1].starts_with("Delete the DNS record of `lon.sfu.chat.example.org`"), "{drained:?}");
    assert!(drained[2].starts_with("On edge-new run `systemctl stop livekit`"), "{drained:?}");
    assert!(drained[3].contains("`rampart edge remove edge-new --force`"), "{drained:?}");
    let back = steps("drain edge-new --offline --undo").to_string();
    assert!(back.contains("gets a DNS record to edge-new again") && is_way_in(), "{back}");
}

fn wave(folder: &TempFleet, host: &str) -> Value {
    let text = folder.read(&format!("hosts/generated/{host}.json")).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["facts"]["wave"].clone()
}

#[test]
fn relays_of_a_backbone_are_started_again_before_clients_are_told_and_after_an_edge_is_gone() {
    let folder = backbone();
    let edge = edge(&folder);
    let answer = json(&run(&folder, "edge add edge-new --region other --address 192.0.2.99 --format json"));
    assert_eq!(deployed(&folder, &answer), ["edge", "edge", "gateway", "core"]);
    let steps: Vec<&str> =
        answer["steps"].as_array().unwrap().iter().map(|step| step.as_str().unwrap()).collect();
    let place = |text: &str| {
        steps.iter().position(|step| step.contains(text)).unwrap_or_else(|| panic!("{text}: {steps:?}"))
    };
    let restart = place(&format!("On {edge} run `systemctl restart coturn`"));
    assert!(place(&format!("then deploy {edge}.")) < restart, "{steps:?}");
    assert!(steps[restart].ends_with("Only then, in this order, deploy gateway and core."), "{steps:?}");
    // There is one relay name for all.
    assert!(!steps.concat().contains("edge-new.turn."), "{steps:?}");
    assert!(place("geo-DNS") > restart, "{steps:?}");
}

#[test]
fn a_backbone_edge_that_drains_is_no_way_in_and_leaves_nothing_behind() {
    let folder = backbone();
    let edge = edge(&folder);
    run(&folder, "edge add edge-new --region other --address 192.0.2.99");
    let table = |folder: &TempFleet| {
        let dns = run(folder, "show dns").out;
        dns.split_once("delegate it to a geo-DNS service").unwrap().1.to_owned()
    };
    assert!(table(&folder).contains("192.0.2.99"), "{}", table(&folder));
    let drained = json(&run(&folder, "edge drain edge-new --offline --format json"));
    assert!(drained["steps"][0].as_str().unwrap().contains("geo-DNS"), "{drained}");
    assert!(!table(&folder).contains("192.0.2.99"), "{}", table(&folder));

    let gone = json(&run(&folder, "edge remove edge-new --force --format json"));
    let steps = gone["steps"].to_string();
    assert!(steps.contains(&format!("On {edge} run `systemctl restart coturn`")), "{steps}");
    // What it shared lies in the folders of others, too.
    let kept = format!("`core/livekit-keys-edge-new` and `{edge}/turn-secret-edge-new`");
    assert!(steps.contains(&kept), "{steps}");
    let secrets = gone["secrets"].as_array().unwrap();
    assert!(secrets.contains(&json!("edge-new/wireguard-private")), "{secrets:?}");
}

/// A fleet whose edge is in backbone mode, with a second such region that has none.
fn backbone() -> TempFleet {
    let folder = fleet("edge");
    let second =
        "[region.other]\ntitle = \"Other\"\nlatitude = 35.0\nlongitude = 139.0\nmode = \"backbone\"\n\n";
    let folder = changed(folder, "[region.lon]\n", &format!("{second}[region.lon]\nmode = \"backbone\"\n"));
    assert_eq!(run(&folder, "render").code, 0);
    folder
}

#[test]
fn what_cannot_be_added_changes_nothing() {
    let folder = fleet("edge");
    let (before, edge) = (manifest(&folder), edge(&folder));
    let taken = run(&folder, &format!("edge add {edge} --region fra --address 192.0.2.99"));
    assert!(taken.code == 2 && taken.err.contains("already"), "{}", taken.all());
    let nowhere = run(&folder, "edge add edge-new --region atlantis --address 192.0.2.99");
    assert!(nowhere.code == 1 && nowhere.err.contains("region_unknown"), "{}", nowhere.all());
    assert_eq!(manifest(&folder), before);
    assert!(!folder.path().join("hosts/generated").exists());
}

#[test]
fn a_drain_leaves_every_list_at_once_and_is_undone() {
    let folder = fleet("edge");
    let (before, edge) = (manifest(&folder), edge(&folder));
    run(&folder, "render");
    let via = core(&folder, &edge, 3);
    let done = run(&folder, &format!("edge drain {edge} {via} --format json"));
    assert_eq!(done.code, 0, "{}", done.all());
    let answer = json(&done);
    assert_eq!((answer["participants"].as_u64(), answer["told"].as_bool()), (Some(3), Some(true)));
    assert_eq!(folder.read("asked").unwrap(), format!("rampart-steer drain {edge}\n"));
    assert_eq!(run(&folder, "render --check").code, 0);
    let core_file = fs::read_dir(folder.path().join("hosts/generated")).unwrap();
    let hosts: Vec<Value> = core_file
        .map(|file| serde_json::from_str(&fs::read_to_string(file.unwrap().path()).unwrap()).unwrap())
        .collect();
    let core_json = hosts.iter().find(|host| host["facts"]["role"] == "core").unwrap();
    let gateway = hosts.iter().find(|host| host["facts"]["role"] == "gateway").unwrap();
    let foci = &gateway["services"]["rampart-answer"]["discovery"]["foci"];
    assert!(foci.is_array() && !foci.to_string().contains(&format!("/{edge}\"")), "{foci}");
    // Its token service stays, for those who are in a call.
    assert!(core_json["services"].get(format!("rampart-jwt@{edge}")).is_some());

    let again = json(&run(&folder, &format!("edge drain {edge} {via} --format json")));
    assert_eq!(again["drainingSince"], answer["drainingSince"], "a second run must not begin the day anew");
    let undone = run(&folder, &format!("edge drain {edge} --undo {via}"));
    assert_eq!(undone.code, 0, "{}", undone.all());
    assert_eq!(manifest(&folder), before);
}

#[test]
fn a_core_that_does_not_answer_is_said() {
    let folder = fleet("edge");
    let edge = edge(&folder);
    let done = run(&folder, &format!("edge drain {edge} --via false"));
    assert!(done.code == 1 && done.err.contains("The core was not told"), "{}", done.all());
    assert!(manifest(&folder).contains("draining-since"));
    let list = run(&folder, "edge list --via ./nothing-here");
    assert!(list.code == 2 && list.err.contains("--offline"), "{}", list.all());
}

#[test]
fn an_edge_is_removed_only_when_a_day_has_passed_and_nobody_is_on_it() {
    let folder = fleet("edge");
    let edge = edge(&folder);
    let remove = |extra: &str| run(&folder, &format!("edge remove {edge} {extra}"));
    let via = core(&folder, &edge, 0);
    let refused = remove(&via);
    assert!(refused.code == 2 && refused.err.contains("is not draining"), "{}", refused.all());

    run(&folder, &format!("edge drain {edge} {via}"));
    let refused = remove(&via);
    assert!(refused.code == 2 && refused.err.contains("24 hours"), "{}", refused.all());

    drained(&folder, &edge, "2026-01-02T03:04:05Z");
    let via = core(&folder, &edge, 2);
    let refused = remove(&via);
    assert!(refused.code == 2 && refused.err.contains("2 people"), "{}", refused.all());
    let refused = remove("--offline");
    assert!(refused.code == 2 && refused.err.contains("nobody can say"), "{}", refused.all());
    drained(&folder, &edge, "2999-01-02T03:04:05Z");
    assert_eq!(remove(&core(&folder, &edge, 0)).code, 2);

    drained(&folder, &edge, "2026-01-02T03:04:05Z");
    let done = remove(&core(&folder, &edge, 0));
    assert_eq!(done.code, 0, "{}", done.all());
    assert!(!manifest(&folder).contains(&format!("[host.{edge}]")));
    assert!(done.out.trim_end().lines().last().unwrap().contains("DNS") || done.out.contains("Last, delete"));
    assert_eq!(run(&folder, "render --check").code, 0);
}

#[test]
fn force_removes_whatever_is_on_it() {
    let folder = fleet("edge");
    let edge = edge(&folder);
    let done = run(&folder, &format!("edge remove {edge} --force"));
    assert_eq!(done.code, 0, "{}", done.all());
    assert!(!manifest(&folder).contains(&format!("[host.{edge}]")));
}

#[test]
fn the_list_shows_what_the_core_sees() {
    let folder = fleet("edge");
    let edge = edge(&folder);
    let list = run(&folder, &format!("edge list {}", core(&folder, &edge, 7)));
    assert_eq!(list.code, 0, "{}", list.all());
    let row = list.out.lines().find(|line| line.starts_with(&edge)).unwrap();
    assert!(row.contains("open") && row.contains(" 7 ") && row.contains("0.25"), "{row}");
    let offline = run(&folder, "edge list --offline");
    assert!(offline.out.contains('?') && offline.err.contains("not asked"), "{}", offline.all());
}

#[test]
fn only_edges_drain() {
    let folder = fleet("edge");
    let hosts = json(&run(&folder, "show hosts --format json"));
    let gateway = hosts["hosts"].as_array().unwrap().iter().find(|host| host["role"] == "gateway").unwrap();
    let refused = run(&folder, &format!("edge drain {} --offline", gateway["name"].as_str().unwrap()));
    assert!(refused.code == 2 && refused.err.contains("no edge"), "{}", refused.all());
    let missing = run(&folder, "edge drain edge-xyz --offline");
    assert!(missing.code == 2 && missing.err.contains("there is no host"), "{}", missing.all());
}
