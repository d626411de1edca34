use std::{os::unix::fs::PermissionsExt, process::Command};

use fs_err as fs;
use testkit::TempFleet;

use crate::{changed, fleet, run};

#[test]
fn writes_says_so_and_is_fresh_afterwards() {
    let folder = fleet("edge");
    insta::assert_snapshot!(run(&folder, "render").all());
    let written = folder.files().unwrap();
    insta::assert_snapshot!(run(&folder, "render").all());
    assert_eq!(folder.files().unwrap(), written);
    insta::assert_snapshot!(run(&folder, "render --check").all());
}

#[test]
fn new_files_have_the_usual_permissions() {
    let folder = fleet("");
    assert_eq!(run(&folder, "render").code, 0);
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
    let plain = fs::write(folder.path().join("plain"), "").map(|()| mode("plain")).unwrap();
    assert_eq!(mode("hosts/generated/core.json"), plain);
}

#[test]
fn a_fleet_may_have_more_hosts_than_a_process_may_open_files() {
    let folder = fleet("edge");
    let text = folder.read("hosts/fleet.toml").unwrap();
    let edge =
        |n| format!("[host.edge-{n}]\nrole = \"edge\"\nregion = \"lon\"\naddress = \"198.51.100.{n}\"\n");
    let edges = (1..50).map(edge).collect::<Vec<_>>().concat();
    let folder = folder.with("hosts/fleet.toml", format!("{text}\n{edges}")).unwrap();
    let rampart = env!("CARGO_BIN_EXE_rampart");
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -n 40; exec \"$0\" render", rampart]).current_dir(folder.path());
    let output = limited.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read_dir(folder.path().join("hosts/generated")).unwrap().count(), 52);
}

#[test]
fn stale_files_are_named_and_left_alone() {
    let folder = fleet("edge");
    assert_eq!(run(&folder, "render").code, 0);
    let folder = changed(folder, "address = \"203.0.113.10\"", "address = \"203.0.113.99\"");
    fs::remove_file(folder.path().join("hosts/generated/edge-lon.json")).unwrap();
    let before = folder.files().unwrap();
    let check = run(&folder, "render --check");
    assert_eq!(check.code, 1);
    assert!(check.out.contains("missing  hosts/generated/edge-lon.json"), "{}", check.out);
    assert!(check.out.contains("stale    hosts/generated/gateway.json\n         line "), "{}", check.out);
    assert!(check.out.contains("+ ") && check.out.contains("203.0.113.99"), "{}", check.out);
    assert!(check.out.contains("; run `rampart render`."), "{}", check.out);
    assert_eq!(folder.files().unwrap(), before);
}

#[test]
fn an_erroneous_fleet_changes_nothing() {
    let folder = fleet("edge");
    assert_eq!(run(&folder, "render").code, 0);
    let folder = changed(folder, "role = \"core\"", "role = \"croe\"");
    let before = folder.files().unwrap();
    let failed = run(&folder, "render");
    assert_eq!((failed.code, failed.out.as_str()), (1, ""), "{}", failed.err);
    assert!(failed.err.contains("error[value_invalid]"), "{}", failed.err);
    assert_eq!(folder.files().unwrap(), before);
    let json = run(&folder, "render --format json");
    assert_eq!((json.code, json.err.as_str()), (1, ""));
    assert!(json.out.starts_with("{\n  \"diagnostics\""), "{}", json.out);
}

#[test]
fn files_of_hosts_that_are_gone_go_too() {
    let folder = fleet("edge");
    assert_eq!(run(&folder, "render").code, 0);
    let text = folder.read("hosts/fleet.toml").unwrap();
    let (rest, _) = text.split_once("# A media server").unwrap();
    let folder = folder
        .with("hosts/fleet.toml", rest)
        .and_then(|folder| folder.with("hosts/generated/notes.md", "mine"))
        .and_then(|folder| folder.with("hosts/generated/mine.json", "{}"))
        .unwrap();
    let check = run(&folder, "render --check");
    assert!(check.out.contains("obsolete hosts/generated/edge-lon.json"), "{}", check.out);
    let render = run(&folder, "render");
    assert!(render.out.contains("removed  hosts/generated/edge-lon.json"), "{}", render.out);
    let files = folder.files().unwrap();
    let left: Vec<_> = files.keys().filter(|name| name.contains("generated")).collect();
    assert_eq!(
        left,
        ["core.json", "gateway.json", "mine.json", "notes.md"]
            .map(|name| format!("hosts/generated/{name}"))
            .iter()
            .collect::<Vec<_>>()
    );
    // The index of the host that left stays given out.
    assert!(folder.read("hosts/allocations.json").unwrap().contains("edge-lon"));
}

/// Nothing is visible of a render that fails half-way: here the last file cannot be replaced.
#[test]
fn a_folder_in_the_way_leaves_everything_as_it_was() {
    let folder = fleet("").with("hosts/generated/gateway.json/x", "").unwrap();
    let before = folder.files().unwrap();
    let failed = run(&folder, "render");
    assert_eq!((failed.code, failed.out.as_str()), (2, ""), "{}", failed.err);
    assert!(failed.err.contains("`hosts/generated/gateway.json` is not a plain file"), "{}", failed.err);
    assert_eq!(folder.files().unwrap(), before);
}

#[test]
fn a_folder_that_cannot_be_written_is_exit_2() {
    let folder = fleet("");
    // No user can create files there, not even root.
    std::os::unix::fs::symlink("/proc/self", folder.path().join("hosts/generated")).unwrap();
    let failed = run(&folder, "render");
    assert_eq!((failed.code, failed.out.as_str()), (2, ""), "{}", failed.err);
    assert!(failed.err.contains("cannot be written"), "{}", failed.err);
    assert!(!folder.path().join("hosts/allocations.json").exists());
}

#[test]
fn a_file_in_place_of_the_folder_is_exit_2() {
    let folder = fleet("").with("hosts/generated", "").unwrap();
    let failed = run(&folder, "render");
    assert_eq!(failed.code, 2);
    assert!(failed.err.contains("`hosts/generated/core.json` cannot be written"), "{}", failed.err);
}

#[test]
fn a_read_only_folder_is_exit_2() {
    let folder = fleet("");
    let hosts = folder.path().join("hosts");
    fs::set_permissions(&hosts, std::fs::Permissions::from_mode(0o555)).unwrap();
    let root_writes_anyway = fs::write(hosts.join("probe"), "").is_ok();
    let code = run(&folder, "render").code;
    fs::set_permissions(&hosts, std::fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(code, if root_writes_anyway { 0 } else { 2 });
}

#[test]
fn new_files_must_be_added_to_git() {
    let git = |folder: &TempFleet, words: &str| {
        Command::new("git")
            .current_dir(folder.path())
            .args(words.split(' '))
            .output()
            .is_ok_and(|git| git.status.success())
    };
    let folder =
        fleet("edge").with("hosts/edge-lon/host.toml", "").unwrap().with("hosts/notes.txt", "").unwrap();
    // What mkFleet takes from a host's folder, and what it does not.
    let folder = ["edge-lon/hardware.nix", "core/default.nix", "core/other.nix"]
        .iter()
        .fold(folder, |folder, file| folder.with(&format!("hosts/{file}"), "{ }\n").unwrap());
    if !git(&folder, "init --quiet") {
        return;
    }
    let first = run(&folder, "render").err;
    let reminder = "\nA flake sees only files that git knows. Run:\n  git add hosts/allocations.json \\\n          \
                    hosts/core/default.nix \\\n          hosts/edge-lon/hardware.nix \\\n          \
                    hosts/edge-lon/host.toml \\\n          hosts/fleet.toml \\\n          hosts/generated\n";
    assert_eq!(first, reminder);
    assert!(git(
        &folder,
        "add hosts/fleet.toml hosts/allocations.json hosts/edge-lon/host.toml hosts/edge-lon/hardware.nix \
         hosts/core/default.nix hosts/generated"
    ));
    assert_eq!(run(&folder, "render").err, "");
}

/// Traefik renamed a key, and its parser stops at one that it does not know.
#[test]
fn settings_fit_the_version() {
    let key = |folder: &TempFleet| {
        let text = folder.read("hosts/generated/gateway.json").unwrap();
        ["underscoreHeadersStrategy", "aliasHeadersStrategy"].map(|key| text.contains(key))
    };
    let folder = fleet("");
    assert_eq!(run(&folder, "render").code, 0);
    assert_eq!(key(&folder), [true, false], "the pinned version");
    assert_eq!(run(&folder, "render --installed traefik=3.7.13,coturn=4.6.1").code, 0);
    assert_eq!(key(&folder), [false, true], "3.7.13");
    assert!(folder.read("hosts/generated/core.json").unwrap().contains("no-tlsv1_1"));
    assert_eq!(run(&folder, "render --check").code, 1, "the manifest says another version");
    let below = changed(folder, "[base]", "[versions]\ntraefik = \"3.7.5\"\n\n[base]");
    assert_eq!(run(&below, "render").code, 0);
    assert_eq!(key(&below), [false, false], "3.7.5 knows neither");
}

#[test]
fn a_strange_daemon_or_version_is_named() {
    let folder = fleet("");
    for words in ["nginx=1.0.0", "traefik", "traefik=new"] {
        let run = run(&folder, &format!("render --installed {words}"));
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{words}: {}", run.err);
    }
    insta::assert_snapshot!(run(&folder, "render --installed nginx=1.0.0").all());
}
