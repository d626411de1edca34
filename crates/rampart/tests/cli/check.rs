use std::{
    fs::File,
    os::unix::{ffi::OsStrExt, fs::symlink},
};

use testkit::TempFleet;

use crate::{EXAMPLE, assert_narrow, changed, fleet, run};

#[test]
fn the_example_fleet_is_fine() {
    let run = run(&TempFleet::new().unwrap(), &format!("check --fleet {EXAMPLE}"));
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
    assert_narrow(&run.out);
    assert!(run.out.contains("Fleet meridian (meridian.example)"), "{}", run.out);
}

#[test]
fn a_summary_for_people() {
    insta::assert_snapshot!(run(&fleet("edge,dmz,audit"), "check").all());
}

#[test]
fn errors_point_into_the_text() {
    let folder = changed(fleet("edge"), "domain = \"chat", "domian = \"chat");
    let folder = changed(folder, "region = \"lon\"", "region = \"lno\"");
    let folder = changed(folder, "address = \"192.0.2.10\"", "address = \"192.0.2.1000\"");
    let run = run(&folder, "check");
    assert_eq!(run.code, 1);
    assert_narrow(&run.out);
    insta::assert_snapshot!(run.all());
}

#[test]
fn every_file_of_the_folder_is_read_and_named() {
    let folder = fleet("edge").with("hosts/edge-lon/host.toml", "ege.drain-time = 5\n").unwrap();
    let run = run(&folder, "check");
    assert!(run.out.contains("hosts/edge-lon/host.toml:1:1"), "{}", run.all());
}

#[test]
fn warnings_fail_only_on_request() {
    let lonely = "\n[region.nowhere]\ntitle = \"Nowhere\"\nlatitude = 0.0\nlongitude = 0.0\n";
    let folder = fleet("");
    let text = folder.read("hosts/fleet.toml").unwrap() + lonely;
    let folder = folder.with("hosts/fleet.toml", text).unwrap();
    let lenient = run(&folder, "check");
    assert_eq!(lenient.code, 0, "{}", lenient.all());
    assert!(lenient.out.contains("warning[region_without_edge]"), "{}", lenient.out);
    assert_eq!(run(&folder, "check --deny-warnings").code, 1);
}

/// The rules of the fleet say it at its place in the manifest; those of a rendered host say it of what Nix has set.
#[test]
fn a_warning_is_said_once_and_of_a_host_alone_too() {
    let folder = changed(fleet("edge"), "[fleet]", "[edge]\nlivekit.log = \"info\"\n\n[fleet]");
    let whole = run(&folder, "check");
    assert_eq!((whole.code, whole.out.matches("log_reveals_people]").count()), (0, 1), "{}", whole.all());
    assert_eq!(run(&folder, "render").code, 0);
    let alone = run(&folder, "check --host-json hosts/generated/edge-lon.json");
    assert_eq!(alone.code, 0, "{}", alone.all());
    assert!(alone.out.contains("warning[host_log_reveals_people]"), "{}", alone.out);
    assert_eq!(run(&folder, "check --deny-warnings --host-json hosts/generated/edge-lon.json").code, 1);
}

#[test]
fn one_rendered_host() {
    let folder = fleet("");
    assert_eq!(run(&folder, "render").code, 0);
    let fine = run(&folder, "check --host-json hosts/generated/core.json");
    assert_eq!(fine.code, 0, "{}", fine.all());
    let folder = folder.with("broken.json", "{").unwrap();
    let broken = run(&folder, "check --host-json broken.json");
    assert_eq!((broken.code, broken.out.as_str()), (2, ""), "{}", broken.err);
    assert!(broken.err.contains("`broken.json` is not JSON"), "{}", broken.err);
    assert_eq!(run(&folder, "check --host-json absent.json").code, 2);
}

#[test]
fn a_missing_fleet_is_explained() {
    let folder = TempFleet::new().unwrap().with("empty/other.txt", "").unwrap().with("file", "").unwrap();
    let runs = ["check", "check --fleet empty", "check --fleet file"].map(|words| run(&folder, words));
    assert!(runs.iter().all(|run| run.code == 2 && run.out.is_empty()));
    let all: Vec<&str> = runs.iter().map(|run| run.err.as_str()).collect();
    assert_narrow(&all.concat());
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn what_is_no_plain_file_is_not_read() {
    let folder = TempFleet::new().unwrap().with("hosts/fleet.toml/x", "").unwrap();
    let run_ = run(&folder, "check");
    assert_eq!(run_.code, 2);
    assert!(run_.err.contains("`hosts/fleet.toml` is not a file"), "{}", run_.err);

    let folder = TempFleet::new().unwrap().with("hosts/x", "").unwrap();
    symlink("/dev/zero", folder.path().join("hosts/fleet.toml")).unwrap();
    assert!(run(&folder, "check").err.contains("is not a file"));
}

#[test]
fn links_are_followed_and_broken_ones_are_named() {
    let folder = fleet("").with("elsewhere/host.toml", "architecture = \"arm\"\n").unwrap();
    symlink("../elsewhere", folder.path().join("hosts/core")).unwrap();
    let shown = run(&folder, "show hosts --format json");
    assert!(shown.out.contains("aarch64-linux"), "{}", shown.all());

    symlink("nowhere", folder.path().join("hosts/keys.json")).unwrap();
    let broken = run(&folder, "check");
    assert_eq!(broken.code, 2);
    assert!(broken.err.contains("`hosts/keys.json` cannot be read"), "{}", broken.err);
}

#[test]
fn names_that_are_no_text_are_none_of_ours() {
    let folder = fleet("");
    let strange = std::ffi::OsStr::from_bytes(b"\xff.toml");
    fs_err::write(folder.path().join("hosts").join(strange), "").unwrap();
    assert_eq!(run(&folder, "check").code, 0);
}

#[test]
fn text_that_is_none_is_a_complaint_like_others() {
    let folder = TempFleet::new().unwrap().with("hosts/fleet.toml", b"[fleet]\nname = \"\xff\"\n").unwrap();
    let run_ = run(&folder, "check");
    assert_eq!(run_.code, 1);
    assert!(run_.out.contains("error[encoding_invalid]"), "{}", run_.out);
    assert!(run_.out.contains("hosts/fleet.toml:2:9"), "{}", run_.out);
}

#[test]
fn a_huge_file_is_refused_unread() {
    let folder = TempFleet::new().unwrap().with("hosts/fleet.toml", "").unwrap();
    File::options()
        .write(true)
        .open(folder.path().join("hosts/fleet.toml"))
        .unwrap()
        .set_len(1 << 40)
        .unwrap();
    let run = run(&folder, "check --format json");
    assert_eq!(run.code, 1);
    let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(json["diagnostics"][0]["code"], "file_too_large");
    assert!(json["diagnostics"][0]["message"].as_str().unwrap().contains("1099511627776 bytes"));
}
