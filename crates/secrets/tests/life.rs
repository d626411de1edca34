//! The life of a fleet's secrets: made, kept, completed, judged.

#![expect(clippy::unwrap_used, reason = "clippy.toml excepts tests, but not what they share")]

use std::collections::BTreeMap;

use diag::Report;
use secrets::{Finding, Held, Holdings, Need, Place, SecretValue, Work, complete, judge, judge_files, plan};
use serde_json::{Value, json};

/// A core and an edge with one focus.
fn needs() -> Vec<Need> {
    let of = |names: &[&str]| -> Value {
        let secrets: serde_json::Map<_, _> = names
            .iter()
            .map(|name| ((*name).to_owned(), json!({ "shared": name.starts_with("livekit") })))
            .collect();
        json!({ "secrets": secrets })
    };
    let core = of(&["wireguard-private", "livekit-keys-lon", "luks-system", "sentinel-token", "tls-turn"]);
    let edge = of(&["wireguard-private", "livekit-keys-lon", "luks-system"]);
    plan([("core", &core), ("edge", &edge)])
}

/// Everything that the secrets are about.
#[derive(Default)]
struct Fleet {
    held: Holdings,
    public: BTreeMap<String, String>,
    next: u8,
}

impl Fleet {
    /// One with everything made and the certificate brought.
    fn whole() -> Self {
        let mut fleet = Self::default();
        let work = fleet.work();
        assert!(work.report.is_empty());
        fleet.take(work);
        fleet.put("core", "tls-turn", "-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n");
        fleet
    }

    fn work(&mut self) -> Work {
        let mut random = |bytes: &mut [u8]| {
            for byte in bytes {
                self.next = self.next.wrapping_mul(7).wrapping_add(11);
                *byte = self.next.rotate_right(3);
            }
            self.next = self.next.wrapping_add(1);
            Ok(())
        };
        complete(&needs(), &self.held, &self.public, &mut random).unwrap()
    }

    fn take(&mut self, work: Work) {
        for (place, value) in work.writes {
            let held = Held { is_there: true, value: Some(SecretValue::new(value.expose())) };
            let old = self.held.insert(place, held);
            assert!(old.is_none_or(|old| !old.is_there), "nothing is overwritten");
        }
        self.public.extend(work.public);
    }

    fn put(&mut self, host: &str, name: &str, text: &str) {
        let held = Held { is_there: true, value: Some(SecretValue::new(text.as_bytes())) };
        self.held.insert(place(host, name), held);
    }

    fn remove(&mut self, host: &str, name: &str) {
        assert!(self.held.remove(&place(host, name)).is_some());
    }

    /// As if it were encrypted to somebody else.
    fn seal(&mut self, host: &str, name: &str) {
        self.held.get_mut(&place(host, name)).unwrap().value = None;
    }

    fn text(&self, host: &str, name: &str) -> String {
        let value = self.held[&place(host, name)].value.as_ref().unwrap();
        String::from_utf8(value.expose().to_vec()).unwrap()
    }

    fn judged(&self) -> Vec<String> {
        lines(&judge(&needs(), &self.held, &self.public))
    }
}

fn place(host: &str, name: &str) -> Place {
    Place { host: host.to_owned(), name: name.to_owned() }
}

fn lines(report: &Report) -> Vec<String> {
    report.iter().map(|one| format!("{}: {}", one.kind.code(), one.kind.message())).collect()
}

#[test]
fn everything_is_made_once_and_found_good() {
    let mut fleet = Fleet::whole();
    assert_eq!(fleet.judged(), Vec::<String>::new());
    assert_eq!(fleet.public.keys().collect::<Vec<_>>(), ["core", "edge"]);
    assert_eq!(fleet.text("core", "livekit-keys-lon"), fleet.text("edge", "livekit-keys-lon"));
    assert_ne!(fleet.text("core", "luks-system"), fleet.text("edge", "luks-system"));
    let again = fleet.work();
    assert!(again.writes.is_empty() && again.public.is_empty() && again.to_bring.is_empty());
    assert_eq!(again.kept, 8);
}

#[test]
fn what_cannot_be_made_is_listed() {
    let work = Fleet::default().work();
    let listed: Vec<_> = work.to_bring.iter().map(|(place, _)| place.to_string()).collect();
    assert_eq!(listed, ["core/tls-turn"]);
}

#[test]
fn a_missing_copy_is_copied_and_a_missing_public_half_derived() {
    let mut fleet = Fleet::whole();
    let (keys, public) = (fleet.text("edge", "livekit-keys-lon"), fleet.public.clone());
    fleet.remove("edge", "livekit-keys-lon");
    fleet.public.remove("edge");
    assert_eq!(
        fleet.judged(),
        [
            "secret_missing: there is no secret `edge/livekit-keys-lon`",
            "public_half_missing: keys.json has no public key of `edge`",
        ]
    );
    let work = fleet.work();
    assert_eq!(work.writes.len(), 1);
    fleet.take(work);
    assert_eq!((fleet.text("edge", "livekit-keys-lon"), fleet.public.clone()), (keys, public));
}

#[test]
fn nothing_is_made_where_it_would_cut_a_host_off() {
    let mut fleet = Fleet::whole();
    fleet.remove("edge", "wireguard-private");
    let wrong = fleet.public["edge"].clone();
    fleet.public.insert("core".to_owned(), wrong);
    let work = fleet.work();
    assert_eq!(
        lines(&work.report),
        [
            "key_pair_broken: `core/wireguard-private` does not belong to the public key of `core` in keys.json",
            "private_half_missing: keys.json has a public key of `edge`, but there is no `edge/wireguard-private`",
        ]
    );
    assert!(work.writes.is_empty() && work.public.is_empty());
}

#[test]
fn copies_that_differ_and_secrets_that_are_the_same_are_found() {
    let mut fleet = Fleet::whole();
    let passphrase = fleet.text("core", "luks-system");
    fleet.put("edge", "luks-system", &passphrase);
    let keys = fleet.text("core", "livekit-keys-lon").replace("API", "XPI");
    fleet.put("edge", "livekit-keys-lon", &keys);
    let secret = keys.split(": ").nth(1).unwrap().to_owned();
    fleet.put("core", "sentinel-token", &secret);
    assert_eq!(
        fleet.judged(),
        [
            "secret_reused: `core/sentinel-token` and `core/livekit-keys-lon` are the same",
            "secret_reused: `core/luks-system` and `edge/luks-system` are the same",
            "secret_differs: `core/livekit-keys-lon` and `edge/livekit-keys-lon` are two copies of one secret, but differ",
        ]
    );
    assert_eq!(lines(&fleet.work().report).len(), 1, "generate stops at copies that differ");
}

#[test]
fn encrypted_files_are_kept_and_can_be_completed_only_by_who_reads_them() {
    let mut fleet = Fleet::whole();
    let places: Vec<_> = fleet.held.keys().cloned().collect();
    for place in &places {
        fleet.seal(&place.host, &place.name);
    }
    assert!(fleet.work().writes.is_empty() && fleet.work().report.is_empty());
    assert_eq!(fleet.judged(), ["secrets_unread: 8 encrypted files were not looked into"]);
    fleet.remove("edge", "livekit-keys-lon");
    fleet.public.clear();
    let codes: Vec<_> = fleet.work().report.iter().map(|one| one.kind.message()).collect();
    assert_eq!(codes.len(), 3, "{codes:?}");
    assert!(codes.iter().all(|message| message.contains("is encrypted")), "{codes:?}");
}

#[test]
fn files_are_judged_by_their_mode_and_kind() {
    let file = |path: &str, mode: u32| Finding {
        path: path.to_owned(),
        mode,
        is_folder: false,
        is_plain: true,
        is_sealed: false,
        is_needed: true,
        is_elsewhere: false,
    };
    let found = [
        file("good", 0o400),
        file("world", 0o444),
        file("run", 0o500),
        Finding { is_sealed: true, ..file("sealed.age", 0o644) },
        Finding { is_plain: false, ..file("link", 0o777) },
        Finding { is_needed: false, ..file("old", 0o400) },
        Finding { is_needed: false, is_elsewhere: true, ..file("edge/sentinel-token", 0o400) },
        Finding { is_folder: true, ..file("core", 0o750) },
    ];
    assert_eq!(
        lines(&judge_files(&found)),
        [
            "secret_file_open: `run` has the mode 0500; only its owner reads a secret",
            "secret_file_open: `world` has the mode 0444; only its owner reads a secret",
            "secret_folder_open: the folder `core` has the mode 0750; only its owner looks into it",
            "secret_not_plain: `link` is not a plain file",
            "secret_orphan: no host of the fleet asks for `old`",
            "secret_misplaced: `edge/sentinel-token` is a secret of other hosts; this one must not have it",
        ]
    );
}

/// One certificate for two hosts of the fleet is usual; with a guests' machine nothing is shared, whatever stands around
/// the key.
#[test]
fn guests_share_no_key_with_others() {
    let host = |tenant: Option<&str>| json!({ "facts": { "tenant": tenant }, "secrets": { "tls-web": {} } });
    let (inside, guests) = (host(None), host(Some("partners")));
    let needs = plan([("dmz", &guests), ("edge", &inside), ("gw", &inside)]);
    let pem = |chain: &str, key: &str| {
        let text = format!(
            "{chain}-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n"
        );
        Held { is_there: true, value: Some(SecretValue::new(text.as_bytes())) }
    };
    let judged = |of_the_dmz: &str| {
        let held = Holdings::from([
            (place("dmz", "tls-web"), pem("issuer first\n", of_the_dmz)),
            (place("edge", "tls-web"), pem("", "abcd")),
            (place("gw", "tls-web"), pem("", "abcd")),
        ]);
        lines(&judge(&needs, &held, &BTreeMap::new()))
    };
    assert_eq!(judged("wxyz"), Vec::<String>::new());
    let found = judged("abcd");
    assert!(found.iter().all(|one| one.contains("dmz/tls-web")), "{found:?}");
    assert!(!found.is_empty());
}
