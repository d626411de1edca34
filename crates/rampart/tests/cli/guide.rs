//! The guide, word for word: every command of ours is run in its order, every other one must be known here.

use std::{path::Path, process::Command};

use fs_err as fs;
use serde_json::Value;
use testkit::TempFleet;

const GUIDE: &str = include_str!("../../../../docs/guide.md");
/// What `nix flake init -t …#small` copies.
const TEMPLATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates/small");
const TEMPLATES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates");

/// Commands that need more than this machine has, and what shows that they would find what they ask for.
const ELSEWHERE: [(&str, &str); 17] = [
    ("nix profile install ", "evaluation: packages.default"),
    ("nix flake init ", "this test starts from the template's files"),
    ("cd my-fleet", "this test is there already"),
    ("$EDITOR ", "a person's work"),
    (
        "nixos-anywhere ",
        "evaluation: nixosConfigurations and disko's script; its keys and files are looked for below",
    ),
    ("ssh -t -p 2222 ", "story disks-are-sealed"),
    ("ssh -t root@ADDRESS systemd-cryptenroll ", "evaluation: guide-names-the-right-device"),
    ("ssh root@ADDRESS rampart-broker account create ", "story fleet-comes-up"),
    ("nix build -o core.conf ", "evaluation: image-of-a-vm-can-be-made"),
    ("nix build -o core-image ", "evaluation: image-of-a-vm-can-be-made"),
    ("sudo ./core-image ", "the words of disko's script; its keys and files are looked for below"),
    ("rsync ", "evaluation: image-of-a-vm-can-be-made, where the file names the images"),
    ("ssh root@PROXMOX \"sed ", "a test below"),
    ("scp ", "evaluation: secrets-are-back-after-a-boot"),
    ("for wave in ", "a test below"),
    ("colmena apply --on @", "evaluation: colmenaHive"),
    ("deploy .#core", "evaluation: deploy.nodes"),
];

/// Commands of every machine.
const HERE: [&str; 5] = ["git ", "echo ", "mkdir ", "cp ", "rm "];

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
        } else if HERE.iter().any(|start| command.starts_with(start)) {
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
    let kept = folder.path().join("first-boot/core/var/lib/rampart/secrets");
    assert!(kept.join("wireguard-private").is_file(), "the first boot finds its secrets");
    assert!(!kept.join("luks-system").exists(), "a running host does not hold the key of its own disk");
    let staged = Command::new("git").args(["ls-files"]).current_dir(folder.path()).output().unwrap();
    let staged = String::from_utf8(staged.stdout).unwrap();
    assert!(
        staged.contains("hosts/generated/core.json")
            && !staged.contains("secrets/")
            && !staged.contains("first-boot"),
        "{staged}"
    );
}

/// The loop over the waves keeps to their order, takes none twice, and stops where one fails.
#[test]
fn waves_are_deployed_one_after_the_other() {
    let all = commands();
    let line = all.iter().find(|command| command.starts_with("for wave in ")).unwrap();
    assert!(include_str!("../../../../README.md").contains(line), "the README has another loop");
    let file = |wave| {
        format!("{{ \"facts\": {{ \"wave\": {wave}, \"tags\": [\"edge\", \"lon\", \"wave-{wave}\"] }} }}")
    };
    let mut folder = TempFleet::new().unwrap();
    for (host, wave) in [("a", 10), ("b", 2), ("c", 1), ("d", 2)] {
        folder = folder.with(&format!("hosts/generated/{host}.json"), file(wave)).unwrap();
    }
    for (fails, expected) in [("@none", "@wave-1\n@wave-2\n@wave-10\n"), ("@wave-2", "@wave-1\n@wave-2\n")] {
        let script = format!("colmena() {{ echo \"$3\"; test \"$3\" != {fails}; }}; {line}");
        let run = Command::new("sh").args(["-c", &script]).current_dir(folder.path()).output().unwrap();
        assert_eq!(String::from_utf8(run.stdout).unwrap(), expected);
    }
}

/// Whoever installs a host gives the installer each of its volumes' keys, where the host's file says.
#[test]
fn installations_name_every_key_of_a_volume() {
    for host in ["core", "dmz"] {
        let start = format!("nixos-anywhere --flake .#{host} ");
        let all = commands();
        let command = all.iter().find(|command| command.starts_with(&start)).unwrap();
        let file = Path::new(TEMPLATES).join("dmz/hosts/generated").join(format!("{host}.json"));
        let file: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        let secrets = file["secrets"].as_object().unwrap();
        let volumes: Vec<_> = secrets.iter().filter(|(name, _)| name.starts_with("luks-")).collect();
        for (name, secret) in &volumes {
            let path = secret["path"].as_str().unwrap();
            let words = format!("--disk-encryption-keys {path} secrets/{host}/{name} ");
            assert!(command.contains(&words), "`{command}` has no `{words}`");
        }
        assert_eq!(command.matches("--disk-encryption-keys").count(), volumes.len());
    }
}

/// What is put into an image is what an installation brings along, at the same places.
#[test]
fn an_image_gets_what_an_installation_gets() {
    let file = Path::new(TEMPLATES).join("small/hosts/generated/core.json");
    let file: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let path = file["secrets"]["luks-system"]["path"].as_str().unwrap();
    let folder = "var/lib/rampart/secrets";
    let command = format!(
        "sudo ./core-image --pre-format-files secrets/core/luks-system {path} \
         --post-format-files first-boot/core/{folder} /{folder}"
    );
    assert!(commands().contains(&command.as_str()), "the guide has no `{command}`");
}

/// The lines of the file for Proxmox become options of `qm create`, as the guide's `sed` makes them.
#[test]
fn lines_for_proxmox_become_options() {
    let start = "ssh root@PROXMOX \"";
    let all = commands();
    let remote = all.iter().find_map(|command| command.strip_prefix(start)?.strip_suffix('"')).unwrap();
    let lines = "name: core\nvirtio0: local-lvm:0,import-from=/root/core/system.raw,iothread=1\nboot: order=virtio0\n";
    let folder = TempFleet::copy_of(TEMPLATE).unwrap().with("core.conf", lines).unwrap();
    let here = remote.replace("/root/core/core.conf", "core.conf").replace("qm create", "echo qm create");
    let said = Command::new("sh").args(["-c", &here]).current_dir(folder.path()).output().unwrap();
    let expected = "qm create 101 --name core --virtio0 local-lvm:0,import-from=/root/core/system.raw,iothread=1 \
                    --boot order=virtio0\n";
    assert_eq!(String::from_utf8(said.stdout).unwrap(), expected);
}

#[test]
fn what_only_the_guide_needs_is_in_the_guide() {
    for (start, _) in ELSEWHERE {
        assert!(commands().iter().any(|command| command.starts_with(start)), "the guide has no `{start}`");
    }
}
