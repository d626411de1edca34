//! `rampart secrets`: what is written, what is kept, what is found, and that no value ever appears elsewhere.

use std::{fs::Permissions, os::unix::fs::PermissionsExt, path::PathBuf};

use age::{secrecy::ExposeSecret, x25519};
use fs_err as fs;
use serde_json::Value;
use testkit::TempFleet;

use crate::{EXAMPLE, Run, fleet, run};

const GENERATE: &str = "secrets generate --out s";
const CHECK: &str = "secrets check --in s";

/// A fleet of every role, its secrets made, its certificates brought.
fn made() -> (TempFleet, Run) {
    let folder = fleet("edge,dmz,audit");
    let made = run(&folder, GENERATE);
    assert_eq!(made.code, 0, "{}", made.all());
    for place in to_bring(&folder) {
        put(&folder, &place, "-----BEGIN CERTIFICATE-----\nx\n-----BEGIN PRIVATE KEY-----\nx\n");
    }
    (folder, made)
}

fn to_bring(folder: &TempFleet) -> Vec<String> {
    let answer = json(&run(folder, &format!("{GENERATE} --format json")));
    let list = answer["toBring"].as_array().unwrap();
    list.iter().map(|one| one["file"].as_str().unwrap().to_owned()).collect()
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.all()))
}

fn path(folder: &TempFleet, file: &str) -> PathBuf {
    folder.path().join(file)
}

/// Writes a file as an operator would.
fn put(folder: &TempFleet, file: &str, text: &str) {
    let path = path(folder, file);
    let _ = fs::remove_file(&path);
    fs::write(&path, text).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o400)).unwrap();
}

fn codes(run: &Run) -> Vec<String> {
    let report = json(run);
    let all = report["diagnostics"].as_array().unwrap();
    all.iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect()
}

fn checked(folder: &TempFleet) -> Vec<String> {
    codes(&run(folder, &format!("{CHECK} --format json")))
}

#[test]
fn a_fleet_has_all_it_needs_and_the_second_run_changes_nothing() {
    let (folder, first) = made();
    assert!(first.out.contains("wrote    hosts/keys.json\n"), "{}", first.out);
    let check = run(&folder, CHECK);
    assert_eq!((check.code, check.err.as_str()), (0, ""), "{}", check.all());
    let before = folder.files().unwrap();
    let again = run(&folder, GENERATE);
    assert_eq!(again.code, 0);
    assert!(
        again.out.contains("\n0 files made, ") || again.out.starts_with("0 files made, "),
        "{}",
        again.out
    );
    assert_eq!(folder.files().unwrap(), before);
    let warned = run(&folder, "check");
    assert!(!warned.all().contains("key_missing"), "{}", warned.all());
}

#[test]
fn files_and_folders_are_for_their_owner_alone() {
    let (folder, _) = made();
    let mode = |file: &str| fs::metadata(path(&folder, file)).unwrap().permissions().mode() & 0o7777;
    assert_eq!((mode("s"), mode("s/core"), mode("s/core/wireguard-private")), (0o700, 0o700, 0o400));
    fs::set_permissions(path(&folder, "s/core/wireguard-private"), Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(path(&folder, "s/core"), Permissions::from_mode(0o755)).unwrap();
    assert_eq!(checked(&folder), ["secret_file_open", "secret_folder_open"]);
    assert_eq!(run(&folder, GENERATE).code, 1, "nothing is added to an open folder");
}

#[test]
fn planted_faults_are_found() {
    let (folder, _) = made();
    let text = |file: &str| folder.read(file).unwrap();
    let passphrase = text("s/core/luks-system");
    put(&folder, "s/edge-lon/luks-system", &passphrase);
    assert_eq!(checked(&folder), ["secret_reused"]);

    let (folder, _) = made();
    let tunnel = folder.read("s/core/wireguard-private").unwrap();
    put(&folder, "s/edge-lon/wireguard-private", &tunnel);
    let mut found = checked(&folder);
    found.sort();
    assert_eq!(found, ["key_pair_broken", "secret_reused"]);

    let (folder, _) = made();
    let keys = folder.read("s/core/livekit-keys-edge-lon").unwrap();
    put(&folder, "s/edge-lon/livekit-keys-edge-lon", &keys.replace("API", "XPI"));
    assert_eq!(checked(&folder), ["secret_differs"]);
    assert_eq!(run(&folder, GENERATE).code, 1);

    let (folder, _) = made();
    put(&folder, "s/dmz/sentinel-token", "short");
    put(&folder, "s/dmz/sentinel-tokn", "old");
    fs::remove_file(path(&folder, "s/edge-lon/luks-system")).unwrap();
    let mut found = checked(&folder);
    found.sort();
    assert_eq!(found, ["secret_malformed", "secret_missing", "secret_orphan"]);
}

/// What belongs to others is worse than what is left over: whoever takes this host over has it, too.
#[test]
fn a_secret_of_other_hosts_is_found() {
    let (folder, _) = made();
    let keys = folder.read("s/core/livekit-keys-core").unwrap();
    put(&folder, "s/edge-lon/livekit-keys-core", &keys);
    assert_eq!(checked(&folder), ["secret_misplaced"]);
    assert_eq!(run(&folder, GENERATE).code, 1);

    let (folder, _) = made();
    fs::create_dir(path(&folder, "s/gone")).unwrap();
    put(&folder, "s/gone/luks-system", "of a host that is no more");
    fs::set_permissions(path(&folder, "s/gone"), Permissions::from_mode(0o700)).unwrap();
    let mut found = checked(&folder);
    found.dedup();
    assert_eq!(found, ["secret_orphan"]);
}

#[test]
fn a_link_is_no_secret() {
    let (folder, _) = made();
    let file = path(&folder, "s/dmz/sentinel-token");
    fs::rename(&file, path(&folder, "elsewhere")).unwrap();
    std::os::unix::fs::symlink("../../elsewhere", &file).unwrap();
    assert!(checked(&folder).contains(&"secret_not_plain".to_owned()));
    assert_eq!(run(&folder, GENERATE).code, 1);
    assert!(fs::symlink_metadata(&file).unwrap().is_symlink(), "it was not replaced");
}

#[test]
fn what_is_missing_is_made_from_what_is_there() {
    let (folder, _) = made();
    let (keys, public) =
        (folder.read("s/core/livekit-keys-edge-lon").unwrap(), folder.read("hosts/keys.json").unwrap());
    fs::remove_file(path(&folder, "s/edge-lon/livekit-keys-edge-lon")).unwrap();
    fs::remove_file(path(&folder, "hosts/keys.json")).unwrap();
    let found = checked(&folder);
    assert!(["public_half_missing", "secret_missing"].iter().all(|code| found.iter().any(|one| one == code)));
    let answer = json(&run(&folder, &format!("{GENERATE} --format json")));
    assert_eq!(answer["summary"]["made"], 1);
    assert_eq!(folder.read("s/edge-lon/livekit-keys-edge-lon").unwrap(), keys);
    assert_eq!(folder.read("hosts/keys.json").unwrap(), public);
}

#[test]
fn a_lost_private_half_is_not_replaced_behind_the_operators_back() {
    let (folder, _) = made();
    fs::remove_file(path(&folder, "s/edge-lon/wireguard-private")).unwrap();
    let before = folder.files().unwrap();
    let refused = run(&folder, &format!("{GENERATE} --format json"));
    assert_eq!(refused.code, 1);
    assert_eq!(codes(&refused), ["private_half_missing"]);
    assert_eq!(folder.files().unwrap(), before, "nothing was written");
}

fn is_sealed(file: &str) -> bool {
    camino::Utf8Path::new(file).extension() == Some("age")
}

/// An age key and its recipient.
fn key(folder: &TempFleet, file: &str) -> String {
    let identity = x25519::Identity::generate();
    fs::write(path(folder, file), identity.to_string().expose_secret()).unwrap();
    identity.to_public().to_string()
}

#[test]
fn encrypted_secrets_open_for_their_readers_only() {
    let folder = fleet("edge,dmz");
    let (operator, edge) = (key(&folder, "operator.txt"), key(&folder, "edge.txt"));
    let words = format!("{GENERATE} --age {operator} --age edge-lon={edge}");
    let first = run(&folder, &words);
    assert_eq!(first.code, 0, "{}", first.all());
    let files = folder.files().unwrap();
    let secrets: Vec<_> = files.keys().filter(|file| file.starts_with("s/")).collect();
    assert!(secrets.len() > 10 && secrets.iter().all(|file| is_sealed(file)), "{secrets:?}");
    assert_eq!(run(&folder, &words).code, 0);
    assert_eq!(folder.files().unwrap(), files, "the second run changes nothing");

    let unread = codes(&run(&folder, &format!("{CHECK} --format json")));
    assert!(unread.contains(&"secrets_unread".to_owned()), "{unread:?}");
    let by_operator = codes(&run(&folder, &format!("{CHECK} --identity operator.txt --format json")));
    assert!(by_operator.iter().all(|code| code == "secret_not_brought"), "{by_operator:?}");
    let by_edge = json(&run(&folder, &format!("{CHECK} --identity edge.txt --format json")));
    let message = by_edge["diagnostics"].to_string();
    let (edges, all) = (secrets.iter().filter(|file| file.starts_with("s/edge-lon/")).count(), secrets.len());
    assert!(message.contains(&format!("{} encrypted files were not looked into", all - edges)), "{message}");
}

#[test]
fn plain_secrets_can_be_encrypted_and_completed_later() {
    let (folder, _) = made();
    let operator = key(&folder, "operator.txt");
    let words = format!("{GENERATE} --age {operator}");
    assert_eq!(run(&folder, &words).code, 0);
    let plain: Vec<_> =
        folder.files().unwrap().into_keys().filter(|f| f.starts_with("s/") && !is_sealed(f)).collect();
    for file in plain {
        fs::remove_file(path(&folder, &file)).unwrap();
    }
    let check = format!("{CHECK} --identity operator.txt");
    let good = run(&folder, &check);
    assert_eq!(good.code, 0, "{}", good.all());
    fs::remove_file(path(&folder, "s/edge-lon/livekit-keys-edge-lon.age")).unwrap();
    assert_eq!(codes(&run(&folder, &format!("{words} --format json"))), ["secret_sealed"]);
    assert_eq!(run(&folder, &format!("{words} --identity operator.txt")).code, 0);
    assert_eq!(run(&folder, &check).code, 0);
}

#[test]
fn wrong_recipients_are_refused_before_anything_is_made() {
    let folder = fleet("edge");
    let edge = key(&folder, "edge.txt");
    for (words, part) in [
        ("--age nonsense".to_owned(), "not an age recipient"),
        (format!("--age nowhere={edge}"), "there is no host `nowhere`"),
        (format!("--age edge-lon={edge}"), "nobody could read the secrets of `core`"),
        ("--identity hosts/fleet.toml".to_owned(), "not an age identity"),
    ] {
        let refused = run(&folder, &format!("{GENERATE} {words}"));
        assert_eq!(refused.code, 2, "{}", refused.all());
        assert!(refused.err.replace('\n', " ").contains(part), "{}", refused.err);
    }
    assert!(!path(&folder, "s").exists() && !path(&folder, "hosts/keys.json").exists());
}

/// Every value in the folder of the secrets, in each form in which it could be recognised elsewhere.
fn values(folder: &TempFleet) -> Vec<(String, String)> {
    let files = folder.files().unwrap();
    let secrets = files.into_iter().filter(|(file, _)| file.starts_with("s/") && !file.contains("/tls-"));
    secrets
        .map(|(file, bytes)| {
            let text = String::from_utf8(bytes).unwrap();
            let secret = text.split(": ").last().unwrap().trim().to_owned();
            assert!(secret.len() >= 32, "{file}");
            (file, secret)
        })
        .collect()
}

/// Secrets of which a part stands in one of the texts.
fn leaks(values: &[(String, String)], texts: &[(String, String)]) -> Vec<String> {
    let mut found = Vec::new();
    for (secret, value) in values {
        for (text, content) in texts {
            // A part is enough: whoever prints half of a secret has printed it.
            if content.contains(&value[..16]) || content.contains(&value[value.len() - 16..]) {
                found.push(format!("{secret} in {text}"));
            }
        }
    }
    found
}

/// Everything that the commands say and write besides the secrets.
fn said_and_written(folder: &TempFleet, first: &Run) -> Vec<(String, String)> {
    let mut texts = vec![("generate".to_owned(), first.all())];
    for words in [
        GENERATE,
        CHECK,
        "secrets check --in s --format json",
        "render",
        "check",
        "check --format json",
        "check --host-json hosts/generated/core.json",
        "show secrets",
        "show secrets --format json",
    ] {
        texts.push((words.to_owned(), run(folder, words).all()));
    }
    let files = folder.files().unwrap().into_iter().filter(|(file, _)| !file.starts_with("s/"));
    texts.extend(files.map(|(file, bytes)| (file, String::from_utf8_lossy(&bytes).into_owned())));
    texts
}

#[test]
fn no_value_appears_anywhere_else() {
    let (folder, first) = made();
    let values = values(&folder);
    assert!(values.len() > 10);
    let texts = said_and_written(&folder, &first);
    assert!(texts.iter().any(|(file, _)| file == "hosts/generated/core.json"));
    assert!(texts.iter().any(|(file, _)| file == "hosts/keys.json"));
    assert_eq!(leaks(&values, &texts), Vec::<String>::new());
}

/// The alarm works: a value that is planted is found by the test above, and one in a host's file by the command.
#[test]
fn a_planted_value_is_found() {
    let (folder, first) = made();
    let values = values(&folder);
    assert_eq!(run(&folder, "render").code, 0);
    let (secret, value) = values.iter().find(|(file, _)| file.contains("turn-secret")).unwrap();
    let mut host: Value = serde_json::from_str(&folder.read("hosts/generated/core.json").unwrap()).unwrap();
    host["services"]["coturn"]["settings"]["static-auth-secret"] = value.as_str().into();
    let folder = folder.with("hosts/poisoned.json", host.to_string()).unwrap();
    let alarm = run(&folder, "check --host-json hosts/poisoned.json");
    assert!(alarm.all().contains("error[secret_in_settings]"), "{}", alarm.all());
    assert!(!alarm.all().contains(value.as_str()), "the alarm itself must not tell");
    let found = leaks(&values, &said_and_written(&folder, &first));
    assert!(found.contains(&format!("{secret} in hosts/poisoned.json")), "{found:?}");
}

#[test]
fn complaints_do_not_quote_what_is_wrong() {
    let (folder, _) = made();
    for file in ["core/wireguard-private", "core/livekit-keys-core", "dmz/sentinel-token", "core/luks-system"]
    {
        put(&folder, &format!("s/{file}"), "poison: poi son\nmore poison\n");
    }
    for words in [CHECK, GENERATE, "secrets check --in s --format json"] {
        let run = run(&folder, words);
        assert_eq!(run.code, 1, "{words}");
        assert!(!run.all().contains("poi"), "{}", run.all());
    }
}

#[test]
fn the_example_fleet_is_served() {
    let folder = TempFleet::copy_of(EXAMPLE).unwrap();
    let made = run(&folder, "--fleet . secrets generate --out s");
    assert_eq!(made.code, 0, "{}", made.all());
    let check = run(&folder, "--fleet . secrets check --in s --format json");
    assert!(codes(&check).iter().all(|code| code == "secret_not_brought"), "{}", check.all());
}

#[test]
fn a_key_of_the_tunnel_is_replaced_in_two_steps() {
    let (folder, _) = made();
    let public = |folder: &TempFleet| -> Value {
        serde_json::from_str(&folder.read("hosts/keys.json").unwrap()).unwrap()
    };
    let (before, rotate) = (public(&folder), "secrets rotate wireguard core --out s");
    assert_eq!(run(&folder, "render").code, 0);
    let early = run(&folder, &format!("{rotate} --finish"));
    assert!(early.code == 2 && early.err.contains("without `--finish` first"), "{}", early.all());

    let plan = run(&folder, &format!("{rotate} --format json"));
    assert_eq!(plan.code, 0, "{}", plan.all());
    let answer = json(&plan);
    let new = answer["publicKey"].as_str().unwrap();
    let old = before["wireguard"]["core"].as_str().unwrap();
    let orders = answer["orders"].as_array().unwrap();
    // The core is the hub: every other host has it as its peer.
    assert_eq!(orders.len(), before["wireguard"].as_object().unwrap().len());
    assert!(
        orders[0]["forth"]
            .as_str()
            .unwrap()
            .ends_with("private-key /run/rampart-secrets/wireguard-private.next")
    );
    for order in &orders[1..] {
        let (forth, back) = (order["forth"].as_str().unwrap(), order["back"].as_str().unwrap());
        assert!(forth.contains(&format!("peer {old} remove peer {new} allowed-ips 10.77.0.")), "{forth}");
        assert!(back.contains(&format!("peer {new} remove peer {old} allowed-ips 10.77.0.")), "{back}");
    }
    // A second run makes no other key, and nothing has changed yet.
    let people = run(&folder, rotate);
    let private = folder.read("s/core/wireguard-private.next").unwrap();
    assert!(people.out.contains(new) && people.out.contains("Step 2"), "{}", people.all());
    assert!(!people.all().contains(private.trim()) && !plan.all().contains(private.trim()));
    assert_eq!(public(&folder), before);

    let done = run(&folder, &format!("{rotate} --finish"));
    assert_eq!(done.code, 0, "{}", done.all());
    assert_eq!(public(&folder)["wireguard"]["core"], new);
    assert_eq!(folder.read("s/core/wireguard-private").unwrap(), private);
    assert!(!folder.path().join("s/core/wireguard-private.next").exists());
    assert_eq!(run(&folder, "render").code, 0);
    assert_eq!(checked(&folder), Vec::<String>::new());
}
